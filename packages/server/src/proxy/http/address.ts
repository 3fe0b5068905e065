/** What an agent may send to: the endpoint itself, or the two of the transport of 2024-11-05. */
export type Endpoint = 'mcp' | 'sse' | 'message';

/** What stands before the server: where agents present the token of a grant, and where one that they got by signing in. */
type Entry = '/mcp' | '/mcp-oauth';

export type Address = {
  readonly entry: Entry;
  readonly endpoint: Endpoint;
  /** Slug or UUID as the agent wrote it; empty for the address of all servers of a stack grant. */
  readonly server: string;
  /** The path of the server as the agent wrote it: with or without the final slash. */
  readonly place: string;
  /** The connection that a message belongs to; undefined when none is named. */
  readonly connection?: string;
};

/** What may follow either entry. */
const OF_AGENTS = /^\/mcp(?:-oauth)?(?:[/?]|$)/;
const OF_SERVER = /^(\/mcp(?:-oauth)?)\/([A-Za-z0-9._-]{1,64})(?:(\/)(sse|message)?)?(?:\?(.*))?$/;
const OF_STACK = /^((\/mcp(?:-oauth)?)\/?)(?:\?.*)?$/;

/** Whether a request is an agent's: for the data plane, whatever it then makes of the address. */
export function isForAgents(url: string): boolean {
  return OF_AGENTS.test(url);
}

/** Reads `/mcp/SERVER`, with or without the final slash, `/mcp/SERVER/sse`, `/mcp/SERVER/message` and `/mcp/`; the same after `/mcp-oauth`. */
export function readAddress(url: string): Address | undefined {
  // Casts: the patterns have no other words at these places.
  const stack = OF_STACK.exec(url);
  if (stack !== null) return { entry: stack[2] as Entry, endpoint: 'mcp', server: '', place: stack[1] ?? '' };
  const match = OF_SERVER.exec(url);
  if (match === null) return undefined;
  const [, entry = '', server = '', slash = '', endpoint = 'mcp', query = ''] = match;
  const connection = query === '' ? null : new URLSearchParams(query).get('sessionId');
  const place = `${entry}/${server}${slash}`;
  const base = { entry: entry as Entry, endpoint: endpoint as Endpoint, server, place };
  return connection === null ? base : { ...base, connection };
}

/** What a public URL has before the paths of the gateway; mostly nothing. */
export function basePathOf(publicUrl: string | undefined): string {
  return publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
}

/** Where the messages of a connection are posted to, as the agent sees it. */
export function messageAddress(
  basePath: string,
  { entry, server }: Pick<Address, 'entry' | 'server'>,
  connection: string,
): string {
  return `${basePath}${entry}/${server}/message?sessionId=${connection}`;
}
