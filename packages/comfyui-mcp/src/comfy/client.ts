import type { z } from 'zod';
import { ToolError } from '../error.ts';
import type { ComfyAnswer, ComfyHttp, ComfyRequest } from './http.ts';
import { readPythonJson } from './python-json.ts';
import {
  acceptedAnswer,
  cancelledAnswer,
  type FileRef,
  type HistoryEntry,
  historyAnswer,
  jobsAnswer,
  names,
  type QueueItem,
  queueAnswer,
  type Rejected,
  rejectedAnswer,
  systemAnswer,
  uploadedAnswer,
} from './schemas.ts';

export type Queue = { readonly running: readonly QueueItem[]; readonly pending: readonly QueueItem[] };
export type Submission =
  | ({ readonly ok: true } & z.infer<typeof acceptedAnswer>)
  | { readonly ok: false; readonly rejected: Rejected };

/** ComfyUI's HTTP API, typed. Every method asks once; failures are `ToolError`s. */
export class ComfyClient {
  readonly http: ComfyHttp;

  constructor(http: ComfyHttp) {
    this.http = http;
  }

  /** What runs and what waits, the next one first: ComfyUI itself gives a heap in no order. */
  async queue(signal?: AbortSignal): Promise<Queue> {
    const { queue_running, queue_pending } = await this.#read('queue', queueAnswer, optional(signal));
    return { running: queue_running, pending: queue_pending.toSorted(([a], [b]) => a - b) };
  }

  /** What became of a job that ended, or nothing when it has not or is unknown. */
  async history(id: string, signal?: AbortSignal): Promise<HistoryEntry | undefined> {
    const path = `history/${encodeURIComponent(id)}`;
    // Ids are anybody's choice on older servers, also names that every object has.
    const ended = await this.#read(path, historyAnswer, optional(signal));
    return Object.hasOwn(ended, id) ? ended[id] : undefined;
  }

  /** The newest jobs that ended, oldest first. */
  async recent(maxItems: number): Promise<readonly HistoryEntry[]> {
    return Object.values(
      await this.#read('history', historyAnswer, { query: { max_items: String(maxItems) } }),
    );
  }

  async submit(prompt: object, clientId: string): Promise<Submission> {
    const json = { prompt, client_id: clientId };
    const answer = await this.http.send('prompt', { method: 'POST', json });
    if (answer.status === 400) {
      const rejected = this.#check('prompt', rejectedAnswer, this.http.parse('prompt', answer));
      return { ok: false, rejected };
    }
    if (answer.status !== 200) throw this.http.refused('prompt', answer);
    return { ok: true, ...this.#check('prompt', acceptedAnswer, this.http.parse('prompt', answer)) };
  }

  /** Stops what runs: only `id` where the server knows how, whatever it is on older ones and without an id. */
  async interrupt(id?: string): Promise<void> {
    await this.#post('interrupt', id === undefined ? {} : { prompt_id: id });
  }

  async deletePending(id: string): Promise<void> {
    await this.#post('queue', { delete: [id] });
  }

  async clearPending(): Promise<void> {
    await this.#post('queue', { clear: true });
  }

  /** Whether the server has the jobs API. */
  async hasJobs(): Promise<boolean> {
    const answer = await this.http.send('api/jobs', { query: { limit: '1' } });
    if (answer.status !== 200) return false;
    return jobsAnswer.safeParse(tryJson(answer)).success;
  }

  /** Stops or dequeues a job atomically; needs the jobs API. */
  async cancelJob(id: string): Promise<boolean> {
    const path = `api/jobs/${encodeURIComponent(id)}/cancel`;
    return (await this.#read(path, cancelledAnswer, { method: 'POST' })).cancelled;
  }

  /** ComfyUI's version, or nothing when it does not say. */
  async version(): Promise<string | undefined> {
    return (await this.#read('system_stats', systemAnswer)).system.comfyui_version;
  }

  /** The models of a folder, or nothing when the server has no such folder. */
  async models(folder: string): Promise<readonly string[] | undefined> {
    const path = `models/${encodeURIComponent(folder)}`;
    const answer = await this.http.send(path);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.http.refused(path, answer);
    return this.#check(path, names, this.http.parse(path, answer));
  }

  async upload(form: FormData): Promise<FileRef> {
    const path = 'upload/image';
    const answer = await this.http.send(path, { method: 'POST', form });
    if (answer.status === 413)
      throw new ToolError(
        'VALIDATION_ERROR',
        'ComfyUI does not take a file of this size; see its --max-upload-size',
      );
    if (answer.status === 400) throw new ToolError('VALIDATION_ERROR', 'ComfyUI refused the upload');
    if (answer.status !== 200) throw this.http.refused(path, answer);
    const { name, subfolder, type } = this.#check(path, uploadedAnswer, this.http.parse(path, answer));
    return { filename: name, subfolder, type };
  }

  /** The bytes of a file, or nothing when it is not there; a file over `maxBytes` is a `ToolError`. */
  async view({ filename, subfolder, type }: FileRef, maxBytes: number): Promise<ComfyAnswer | undefined> {
    const answer = await this.http.send('view', { query: { filename, subfolder, type } }, maxBytes);
    return answer.status === 200 ? answer : undefined;
  }

  async #post(path: string, json: object): Promise<void> {
    const answer = await this.http.send(path, { method: 'POST', json });
    if (answer.status !== 200) throw this.http.refused(path, answer);
  }

  async #read<T>(path: string, schema: z.ZodType<T>, request: ComfyRequest = {}): Promise<T> {
    return this.#check(path, schema, await this.http.json(path, request));
  }

  #check<T>(path: string, schema: z.ZodType<T>, value: unknown): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw this.http.notComfy(
      `expected ComfyUI's answer from ${this.http.address}/${path}, found ${issue?.message ?? 'something else'} at "${issue?.path.join('.') ?? ''}"`,
    );
  }
}

function optional(signal: AbortSignal | undefined): ComfyRequest {
  return signal === undefined ? {} : { signal };
}

function tryJson({ body }: ComfyAnswer): unknown {
  try {
    return readPythonJson(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
