export { ServerPage } from './server.tsx';
export { ServersPage } from './servers.tsx';
