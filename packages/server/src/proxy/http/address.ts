/** What an agent may send to: the endpoint itself, or the two of the transport of 2024-11-05. */
export type Endpoint = 'mcp' | 'sse' | 'message';

export type Address = {
  readonly endpoint: Endpoint;
  /** Slug or UUID as the agent wrote it; empty for the address of all servers of a stack grant. */
  readonly server: string;
  /** The connection that a message belongs to; undefined when none is named. */
  readonly connection?: string;
};

const OF_SERVER = /^\/mcp\/([A-Za-z0-9._-]{1,64})(?:\/(sse|message)?)?(?:\?(.*))?$/;
const OF_STACK = /^\/mcp\/?(?:\?.*)?$/;

/** Reads `/mcp/SERVER`, with or without the final slash, `/mcp/SERVER/sse`, `/mcp/SERVER/message` and `/mcp/`. */
export function readAddress(url: string): Address | undefined {
  if (OF_STACK.test(url)) return { endpoint: 'mcp', server: '' };
  const match = OF_SERVER.exec(url);
  if (match === null) return undefined;
  const [, server = '', endpoint = 'mcp', query = ''] = match;
  const connection = query === '' ? null : new URLSearchParams(query).get('sessionId');
  // A cast: the pattern has no other words at this place.
  const base = { endpoint: endpoint as Endpoint, server };
  return connection === null ? base : { ...base, connection };
}

export function messageAddress(basePath: string, server: string, connection: string): string {
  return `${basePath}/mcp/${server}/message?sessionId=${connection}`;
}
