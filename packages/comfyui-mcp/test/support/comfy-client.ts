import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { Changes } from '../double/changes.ts';
import type { Graph } from '../double/graph.ts';
import type { HistoryEntry } from '../double/queue.ts';

/** The body of an answer as JSON; the tests say what they expect in it. */
// biome-ignore lint/suspicious/noExplicitAny: a body of a foreign server, looked at by expectations only.
export type Body = any;

export type Answer = { readonly status: number; readonly text: string; readonly body: Body };

export async function ask(url: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: response.status, text, body: isJson ? JSON.parse(text) : undefined };
}

export function post(url: string, body: object | string): Promise<Answer> {
  return ask(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
}

export type Submission = {
  readonly client_id?: string;
  readonly prompt_id?: string;
  readonly front?: boolean;
  readonly number?: number;
};

/** Puts a graph into the queue; the id of the job. */
export async function submit(url: string, prompt: Graph, submission: Submission = {}): Promise<string> {
  const { status, body, text } = await post(`${url}/prompt`, { prompt, ...submission });
  if (status !== 200) throw new Error(`expected a job, found ${status}: ${text}`);
  return body.prompt_id;
}

/** Runs a graph to its end, as a client that listens: the entry in the history and the frames on the way. */
export async function runThrough(
  url: string,
  prompt: Graph,
): Promise<{ readonly entry: HistoryEntry; readonly frames: readonly Frame[]; readonly promptId: string }> {
  const clientId = randomUUID();
  const socket = await listen(url, clientId);
  const promptId = await submit(url, prompt, { client_id: clientId });
  await socket.until(({ type, data }) => type === 'executing' && data['node'] === null);
  socket.close();
  const { body } = await ask(`${url}/history/${promptId}`);
  return { entry: body[promptId], frames: socket.frames, promptId };
}

export type Frame = { readonly type: string; readonly data: Readonly<Record<string, unknown>> };

export type Listening = {
  readonly frames: readonly Frame[];
  /** Waits for a frame, also among those that came already. */
  readonly until: (wanted: (frame: Frame) => boolean) => Promise<Frame>;
  readonly send: (frame: Frame) => void;
  readonly close: () => void;
};

/** A client on `/ws`, after its first `status`. */
export async function listen(url: string, clientId: string): Promise<Listening> {
  const changes = new Changes();
  const frames: Frame[] = [];
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws?clientId=${clientId}`);
  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    frames.push(JSON.parse(String(data)));
    changes.tell();
  });
  const until: Listening['until'] = (wanted) => changes.until(() => frames.find(wanted));
  await Promise.race([
    until(({ type, data }) => type === 'status' && data['sid'] === clientId),
    new Promise((_, reject) => socket.once('error', reject)),
  ]);
  return { frames, until, send: (frame) => socket.send(JSON.stringify(frame)), close: () => socket.close() };
}
