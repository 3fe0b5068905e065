/** How agents reach the server: standard input and output, and Streamable HTTP, in both eras. Nothing here knows ComfyUI. */
export { type HttpOptions, isLoopback, type Listening, serveHttp } from './http.ts';
export { serveStandardStreams } from './stdio.ts';
