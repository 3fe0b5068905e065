/**
 * ComfyUI as a client sees it: its HTTP and WebSocket API, typed, bounded, with time-outs. Nothing here knows of MCP, of
 * tools or of this machine's disk; nothing is asked but the configured address.
 */
export { ageOf } from './age.ts';
export { ComfyClient, type Queue } from './client.ts';
export type { ComfyEvent } from './events.ts';
export { Feed } from './feed.ts';
export { ComfyHttp } from './http.ts';
export {
  failureOf,
  findJob,
  inQueue,
  type JobState,
  type Outcome,
  type OutputFile,
  outputsOf,
} from './job.ts';
export type { HistoryEntry, NodeErrors, QueueItem, Rejected } from './schemas.ts';
