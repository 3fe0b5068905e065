import type { Agent as HttpAgent } from 'node:http';
import { ENVELOPE, MODERN, type RpcBody } from '../../support/rpc.ts';
import type { Era } from './fixture.ts';
import { type RawResponse, sendRaw } from './wire.ts';

export type Answer = RawResponse & {
  /** The JSON-RPC answer; empty when there is none. */
  readonly body: RpcBody;
  /** Messages of a stream ahead of the answer. */
  readonly before: readonly {
    readonly method?: string;
    readonly params?: Readonly<Record<string, unknown>>;
  }[];
};

/** What the agent sent and what it saw: one line of the first ledger. */
export type Seen = {
  readonly grant: string;
  readonly server: string;
  readonly sent: string | Buffer | undefined;
  readonly answer: Answer;
};

type AgentOptions = {
  readonly era: Era;
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly grant: string;
  readonly server: string;
  readonly connections: HttpAgent;
  readonly onSeen: (seen: Seen) => void;
  /** Of a legacy agent; 2025-11-25 unless the case says otherwise. */
  readonly protocol?: string;
  /** What a legacy agent says in its handshake that it can be asked; nothing unless the case says otherwise. */
  readonly capabilities?: object;
};

export type CallOptions = {
  readonly id?: number | string;
  readonly meta?: object;
  /** Replaces headers by lower-case name; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Names and values in turn, sent after the others, so that a header can come twice. */
  readonly extraHeaders?: readonly string[];
  readonly signal?: AbortSignal;
  readonly query?: string;
};

/** An agent of one era that sends what it is told, right or wrong. Well-formed unless a case spoils it. */
export class Agent {
  readonly era: Era;
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly #options: AgentOptions;
  #session: string | undefined;
  #lastId = 0;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.era = options.era;
    this.endpoint = options.endpoint;
    this.token = options.token;
  }

  /** A `tools/call` with headers that agree. */
  call(name: string, args: object = {}, options: CallOptions = {}): Promise<Answer> {
    return this.request('tools/call', { name, arguments: args }, options);
  }

  /** A `tools/call` whose arguments are this very text. */
  callText(name: string, argumentsText: string, options: CallOptions = {}): Promise<Answer> {
    const text = this.text('tools/call', { name, arguments: PLACE }, options);
    return this.send(
      text.replace(JSON.stringify(PLACE), () => argumentsText),
      'tools/call',
      { name, ...options },
    );
  }

  request(method: string, params: object = {}, options: CallOptions = {}): Promise<Answer> {
    // Only what `Mcp-Name` repeats is looked at.
    const named = params as { readonly name?: unknown; readonly uri?: unknown };
    const name = method === 'resources/read' ? named.uri : named.name;
    const text = this.text(method, params, options);
    return this.send(text, method, { ...(typeof name === 'string' ? { name } : {}), ...options });
  }

  /** The text of a well-formed request of this era. */
  text(method: string, params: object = {}, { id, meta = {} }: CallOptions = {}): string {
    this.#lastId += 1;
    const modern = this.era === 'modern' ? ENVELOPE : {};
    const _meta = { ...modern, ...meta };
    const extra = Object.keys(_meta).length === 0 ? {} : { _meta };
    return JSON.stringify({
      jsonrpc: '2.0',
      id: id ?? this.#lastId,
      method,
      params: { ...params, ...extra },
    });
  }

  /** Any bytes, with the headers of a well-formed request of this method and name. */
  async send(
    body: string | Buffer,
    method = 'tools/call',
    options: CallOptions & { readonly name?: string } = {},
  ): Promise<Answer> {
    const headers = { ...(await this.headers(method, options.name)), ...options.headers };
    const list = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [name, value],
    );
    return this.exchange('POST', { ...options, body, list: [...list, ...(options.extraHeaders ?? [])] });
  }

  /** The headers of a well-formed request of this era. */
  async headers(method: string, name?: string): Promise<Record<string, string>> {
    const own = this.#ownHeaders();
    if (this.era === 'modern') {
      const named = name === undefined ? {} : { 'mcp-name': headerText(name) };
      return { ...own, 'mcp-protocol-version': MODERN, 'mcp-method': method, ...named };
    }
    return { ...own, 'mcp-protocol-version': this.#protocol(), 'mcp-session-id': await this.session() };
  }

  /** One HTTP request with these headers alone, in the first ledger too. */
  async exchange(
    method: string,
    one: Pick<CallOptions, 'signal' | 'query'> & {
      readonly body?: string | Buffer;
      readonly list: readonly string[];
    },
  ): Promise<Answer> {
    const { body, list, query = '', signal } = one;
    const { connections, endpoint } = this.#options;
    const raw = await sendRaw({
      url: endpoint + query,
      method,
      headers: list,
      agent: connections,
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
    const answer = { ...raw, ...readBody(raw) };
    this.saw(body, answer);
    return answer;
  }

  /** What came back for a body that was sent, for the first ledger. */
  saw(sent: Seen['sent'], answer: Answer): void {
    const { grant, onSeen, server } = this.#options;
    onSeen({ grant, server, sent, answer });
  }

  /** The id of this agent's legacy session, opened when first asked for. */
  async session(): Promise<string> {
    this.#session ??= await this.#initialize();
    return this.#session;
  }

  async #initialize(): Promise<string> {
    const params = {
      protocolVersion: this.#protocol(),
      capabilities: this.#options.capabilities ?? {},
      clientInfo: { name: 'case', version: '1' },
    };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
    const answer = await this.exchange('POST', { body, list: Object.entries(this.#ownHeaders()).flat() });
    const id = answer.headers['mcp-session-id'];
    if (typeof id !== 'string') throw new Error(`expected a session, found ${answer.status} ${answer.text}`);
    return id;
  }

  #protocol(): string {
    return this.#options.protocol ?? '2025-11-25';
  }

  #ownHeaders(): Record<string, string> {
    return {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
    };
  }
}

const PLACE = '\u0001 the place of the arguments';

/** The value of `Mcp-Name` for a name that is no plain header value (P §1.3). */
function headerText(name: string): string {
  return /^[\x21-\x7e]+$/.test(name) && !name.startsWith('=?base64?')
    ? name
    : `=?base64?${Buffer.from(name, 'utf8').toString('base64')}?=`;
}

function readBody({ headers, text }: RawResponse): Pick<Answer, 'body' | 'before'> {
  const isStream = String(headers['content-type']).startsWith('text/event-stream');
  const texts = isStream ? [...text.matchAll(/^data: (.*)$/gm)].map((match) => match[1] ?? '') : [text];
  const last = texts.pop() ?? '';
  return { body: parsed<RpcBody>(last), before: texts.map((one) => parsed<Answer['before'][number]>(one)) };
}

function parsed<Shape extends object>(text: string): Shape {
  try {
    // Cases compare what they find with what they expect; the shape is theirs.
    return JSON.parse(text) as Shape;
  } catch {
    // Every member of the shapes in use is optional.
    return {} as Shape;
  }
}
