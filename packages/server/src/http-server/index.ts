/** The one server that answers agents, people and scripts: what senders may make slow or many, and how it stops. */
export { type HttpBounds, type HttpServer, openHttpServer } from './http-server.ts';
