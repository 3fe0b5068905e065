import { ToolError } from '../error.ts';
import { MAX_JSON_BYTES } from '../limits.ts';
import { readPythonJson } from './python-json.ts';

export type ComfyRequest = {
  readonly method?: 'GET' | 'POST';
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: FormData;
  readonly signal?: AbortSignal;
};

export type ComfyAnswer = { readonly status: number; readonly body: Buffer; readonly mimeType: string };

/**
 * The one way out: requests to ComfyUI at `url`, with a time-out, a bound on every answer, and no redirects followed, so
 * that nothing is asked elsewhere. What fails is a `ToolError` that says what to look at.
 */
export class ComfyHttp {
  readonly #base: URL;
  readonly #timeoutMs: number;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: URL, timeoutMs: number) {
    this.#base = withoutCredentials(url);
    this.#timeoutMs = timeoutMs;
    this.#headers = credentialsOf(url);
  }

  /** The address without credentials, as it may be shown. */
  get address(): string {
    return this.#base.href.replace(/\/$/, '');
  }

  /** The WebSocket of a client id: its address and the headers that it needs. */
  webSocket(clientId: string): { readonly url: URL; readonly headers: Readonly<Record<string, string>> } {
    const url = this.#url('ws', { clientId });
    url.protocol = this.#base.protocol === 'https:' ? 'wss:' : 'ws:';
    return { url, headers: this.#headers };
  }

  /** Sends one request and reads at most `maxBytes` of the answer, whatever its status. */
  async send(path: string, request: ComfyRequest = {}, maxBytes = MAX_JSON_BYTES): Promise<ComfyAnswer> {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    const { json, form, signal } = request;
    try {
      const response = await fetch(this.#url(path, request.query ?? {}), {
        method: request.method ?? 'GET',
        headers: { ...this.#headers, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(form === undefined ? {} : { body: form }),
        redirect: 'manual',
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      });
      if (response.status >= 300 && response.status < 400) throw this.#elsewhere(response.status);
      const mimeType = response.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
      return { status: response.status, body: await readBounded(response, maxBytes), mimeType };
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#failure(error, path, timeout.aborted);
    }
  }

  /** JSON of an answer with status 200; anything else is not what ComfyUI says. */
  async json(path: string, request: ComfyRequest = {}): Promise<unknown> {
    const answer = await this.send(path, request);
    if (answer.status !== 200) throw this.refused(path, answer);
    return this.parse(path, answer);
  }

  parse(path: string, { body }: ComfyAnswer): unknown {
    try {
      return readPythonJson(body.toString('utf8'));
    } catch {
      throw this.notComfy(`expected JSON from ${this.address}/${path}, found ${excerpt(body)}`);
    }
  }

  /** For a status that the caller has no use for. */
  refused(path: string, { status, body }: ComfyAnswer): ToolError {
    const found = `${this.address}/${path} answered ${status}${body.length === 0 ? '' : `: ${excerpt(body)}`}`;
    if (status >= 500)
      return new ToolError('COMFYUI_FAILED', `ComfyUI failed: ${found}`, {
        suggestions: ['try again in a moment', "look into ComfyUI's own log for the cause"],
      });
    if (status === 401 || status === 403)
      return new ToolError('PERMISSION_DENIED', `ComfyUI refused the request: ${found}`, {
        suggestions: [
          'whoever runs this server should check COMFYUI_URL, and what stands in front of ComfyUI',
        ],
      });
    return this.notComfy(`expected ComfyUI, but ${found}`);
  }

  notComfy(message: string): ToolError {
    return new ToolError('NOT_COMFYUI', message, {
      suggestions: [
        'COMFYUI_URL must be the address that ComfyUI prints when it starts, such as http://127.0.0.1:8188',
      ],
    });
  }

  #elsewhere(status: number): ToolError {
    return this.notComfy(
      `expected ComfyUI at ${this.address}, found a redirect (${status}), which is not followed`,
    );
  }

  #failure(error: unknown, path: string, timedOut: boolean): ToolError {
    if (error instanceof ToolError) return error;
    if (timedOut)
      return new ToolError(
        'TIMEOUT',
        `ComfyUI did not answer ${this.address}/${path} within ${this.#timeoutMs / 1000} s`,
        {
          suggestions: [
            'ask comfy_get_queue whether it is busy, then try again',
            ...(path === 'prompt'
              ? ['the job may have been accepted: look at the queue before submitting it again']
              : []),
          ],
        },
      );
    return new ToolError(
      'COMFYUI_NOT_RUNNING',
      `ComfyUI is not reachable at ${this.address}: ${causeOf(error)}`,
      {
        suggestions: ['start ComfyUI', 'COMFYUI_URL must be the address that ComfyUI prints when it starts'],
      },
    );
  }

  #url(path: string, query: Readonly<Record<string, string>>): URL {
    const url = new URL(path, this.#base);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }
}

async function readBounded(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes)
      throw new ToolError('COMFYUI_FAILED', `expected at most ${maxBytes} bytes from ComfyUI, found more`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** `fetch` hides what happened in causes of causes. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  if (error.cause !== undefined) return causeOf(error.cause);
  return code ?? error.message;
}

function excerpt(body: Buffer): string {
  const text = body.subarray(0, 200).toString('utf8').replace(/\s+/g, ' ').trim();
  return text === '' ? 'nothing' : JSON.stringify(text);
}

function withoutCredentials(url: URL): URL {
  const base = new URL(url);
  base.username = '';
  base.password = '';
  base.search = '';
  base.hash = '';
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return base;
}

function credentialsOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
