/** The server as a library: for tests, and for whoever serves it in another way. */
export { type Config, type ConfigResult, type Flags, readConfig } from './config.ts';
export { type HttpOptions, type Listening, serveHttp } from './serve/index.ts';
export { comfyServer, openWorld } from './server.ts';
export { TOOLS } from './tools/index.ts';
