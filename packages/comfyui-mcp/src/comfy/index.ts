/**
 * ComfyUI as a client sees it: its HTTP and WebSocket API, typed, bounded, with time-outs. Nothing here knows of MCP, of
 * tools or of this machine's disk; nothing is asked but the configured address.
 */
export { type Age, ageOf } from './age.ts';
export { ComfyClient, type Queue, type Submission } from './client.ts';
export type { ComfyEvent } from './events.ts';
export { Feed } from './feed.ts';
export { ComfyHttp } from './http.ts';
export {
  type Failure,
  failureOf,
  findJob,
  inQueue,
  type JobState,
  type Outcome,
  type OutputFile,
  outputsOf,
} from './job.ts';
export type { FileRef, HistoryEntry, NodeErrors, QueueItem, Rejected } from './schemas.ts';
