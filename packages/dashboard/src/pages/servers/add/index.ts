/** The ways to add a server: by its address, a command, a client's configuration, or the catalogue. Shared with the first run. */
export { AddServer } from './add-server.tsx';
export { AddServerPage } from './add-server-page.tsx';
