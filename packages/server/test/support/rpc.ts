/** Requests as bytes on the wire, for what no client would send. */
export const MODERN = '2026-07-28';
export const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientCapabilities': {},
} as const;

export type RawAnswer = {
  readonly status: number;
  readonly text: string;
  readonly body: RpcBody;
  readonly headers: Headers;
};
/** What tests look at in an answer; absent members are undefined. */
export type RpcBody = {
  readonly id?: unknown;
  readonly result?: {
    readonly isError?: boolean;
    readonly content?: readonly { readonly text?: string }[];
    readonly [key: string]: unknown;
  };
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
};

/** A `tools/call` of the modern era with headers that agree. */
export function modernCall(
  name: string,
  args: object = {},
  id: number | string = 1,
): { body: string; headers: Record<string, string> } {
  const message = {
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name, arguments: args, _meta: ENVELOPE },
  };
  return {
    body: JSON.stringify(message),
    headers: { 'mcp-protocol-version': MODERN, 'mcp-method': 'tools/call', 'mcp-name': name },
  };
}

export async function post(
  endpoint: string,
  token: string | undefined,
  request: {
    readonly body: string | Buffer;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<RawAnswer> {
  const response = await fetch(endpoint, {
    method: 'POST',
    body: request.body,
    signal: request.signal ?? null,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...request.headers,
    },
  });
  const text = await response.text();
  const data = response.headers.get('content-type')?.startsWith('text/event-stream')
    ? (/^data: (.*)$/m.exec(text)?.[1] ?? '')
    : text;
  return { status: response.status, text, headers: response.headers, body: parsed(data) };
}

function parsed(text: string): RpcBody {
  try {
    // Tests compare what they find with what they expect; the shape is theirs.
    return JSON.parse(text) as RpcBody;
  } catch {
    return {};
  }
}
