export { AddServerPage } from './add/index.ts';
export { ServerPage } from './server.tsx';
export { ServersPage } from './servers.tsx';
