import { z } from 'zod';
import {
  type AnswerOf,
  API_PATH,
  CSRF_HEADER,
  type Endpoint,
  FORM,
  IDEMPOTENCY_HEADER,
  isSafe,
  type SentTo,
} from '../endpoint/index.ts';
import { ENDPOINTS, type Endpoints } from '../endpoints/index.ts';
import { type ProblemDocument, problemDocument } from '../problems/index.ts';

/** The part of `fetch` that is used. */
type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;
export type FetchInit = { method: string; headers: Record<string, string>; body?: string };
export type FetchResponse = {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
};

type ClientOptions = {
  /** Where the gateway is, such as `http://127.0.0.1:7411`; empty for the page's own. */
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly apiKey?: string;
  /** Of the session, read anew for each change; sessions need it, API keys do not. */
  readonly csrf?: () => string | undefined;
};

/** `etag` is the version for a later `ifMatch`, where the endpoint gives one. */
export type Answered<Body> =
  | { readonly ok: true; readonly status: number; readonly body: Body; readonly etag: string | undefined }
  | { readonly ok: false; readonly status: number; readonly problem: ProblemDocument };

/** Resolves also for problems; rejects when no answer came, or one that the contract does not know. */
type Call<E extends Endpoint> =
  Record<never, never> extends SentTo<E>
    ? (sent?: SentTo<E>) => Promise<Answered<AnswerOf<E>>>
    : (sent: SentTo<E>) => Promise<Answered<AnswerOf<E>>>;

/** Every endpoint by its names: `client.members.remove({ params })`. */
export type Client = {
  readonly [R in keyof Endpoints]: {
    readonly [N in keyof Endpoints[R]]: Endpoints[R][N] extends Endpoint ? Call<Endpoints[R][N]> : never;
  };
};

type Sent = {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
};

/** An answer that the contract does not know: of another program, or of a gateway of another version. */
class UnknownAnswer extends Error {
  override readonly name = 'UnknownAnswer';
}

/** Sends nothing until one of its endpoints is called. */
export function createClient(options: ClientOptions): Client {
  const resources = Object.entries(ENDPOINTS).map(([name, endpoints]) => {
    const calls = Object.entries<Endpoint>(endpoints).map(([call, endpoint]) => [
      call,
      (sent: Sent = {}) => send(options, endpoint, sent),
    ]);
    return [name, Object.fromEntries(calls)];
  });
  return Object.fromEntries(resources) as Client; // a cast: made of exactly the endpoints that the type is made of
}

async function send(options: ClientOptions, endpoint: Endpoint, sent: Sent): Promise<Answered<unknown>> {
  const url = `${options.baseUrl}${API_PATH}${addressOf(endpoint, sent)}`;
  const response = await options.fetch(url, {
    method: endpoint.method,
    headers: headersOf(options, endpoint, sent),
    ...(sent.body === undefined ? {} : { body: bodyText(endpoint, sent.body) }),
  });
  return readAnswer(endpoint, response);
}

function bodyText({ form }: Endpoint, body: unknown): string {
  // A cast: the body of a form has texts alone.
  return form === true
    ? new URLSearchParams(body as Record<string, string>).toString()
    : JSON.stringify(body);
}

/** The path with its parameters and the query, below `API_PATH`. */
export function addressOf({ path }: Endpoint, { params = {}, query = {} }: Sent): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(
    Object.fromEntries(pairs.map(([name, value]) => [name, String(value)])),
  ).toString();
  return search === '' ? filled : `${filled}?${search}`;
}

function headersOf({ apiKey, csrf }: ClientOptions, endpoint: Endpoint, sent: Sent): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (sent.body !== undefined) headers['content-type'] = endpoint.form === true ? FORM : 'application/json';
  if (apiKey !== undefined) headers['authorization'] = `Bearer ${apiKey}`;
  const token = isSafe(endpoint) ? undefined : csrf?.();
  if (token !== undefined) headers[CSRF_HEADER] = token;
  if (sent.ifMatch !== undefined) headers['if-match'] = sent.ifMatch;
  if (sent.idempotencyKey !== undefined) headers[IDEMPOTENCY_HEADER] = sent.idempotencyKey;
  return headers;
}

async function readAnswer(endpoint: Endpoint, response: FetchResponse): Promise<Answered<unknown>> {
  const { status } = response;
  // What goes on without an end is for an `EventSource`; here it is only seen to begin.
  if (endpoint.streams === true && status === endpoint.status)
    return { ok: true, status, body: undefined, etag: undefined };
  const text = await response.text();
  const isPending = endpoint.pends === true && status === 202;
  if (status !== endpoint.status && !isPending)
    return { ok: false, status, problem: readProblem(text, status) };
  const etag = response.headers.get('etag') ?? undefined;
  if (endpoint.answer === undefined) return { ok: true, status, body: undefined, etag };
  const read = endpoint.answer.safeParse(parseText(text, status));
  if (!read.success) throw new UnknownAnswer(otherVersion(endpoint.summary, read.error));
  return { ok: true, status, body: read.data, etag };
}

function readProblem(text: string, status: number): ProblemDocument {
  const said = parseText(text, status);
  const read = problemDocument.safeParse(said);
  if (read.success) return read.data;
  throw new UnknownAnswer(
    isOwnProblem.safeParse(said).success ? otherVersion(`HTTP ${status}`, read.error) : foreign(status),
  );
}

/** Of a gateway, if maybe of another version. */
const isOwnProblem = z.object({ type: z.string().startsWith('urn:boomgate:') });

function parseText(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnknownAnswer(foreign(status), { cause: error });
  }
}

/** Most often of a page that was open while the gateway was brought up to date. */
function otherVersion(what: string, { issues }: z.ZodError): string {
  const { message = '', path = [] } = issues[0] ?? {};
  const where = path.length === 0 ? '' : ` at ${path.join('.')}`;
  return `${what}: the gateway answers something that is not known here (${message}${where}), as it is of another version: reload the page, or use a command of its version`;
}

/** Most often of a proxy, while the gateway behind it is away. */
function foreign(status: number): string {
  return `expected an answer of the gateway, found another with status ${status}: a proxy in front may have answered, try again`;
}
