import { ENVELOPE, MODERN, post, type RawAnswer } from './rpc.ts';

/** An agent that sends what it is told to, in one era, and gives back what came. */
export type Agent = {
  readonly request: (method: string, params: object, signal?: AbortSignal) => Promise<RawAnswer>;
};

type Params = { readonly name?: string; readonly uri?: string; readonly _meta?: object };

export async function modernAgent(endpoint: string, token: string): Promise<Agent> {
  let id = 0;
  return {
    request(method, params: Params, signal) {
      id += 1;
      const named = params.name ?? params.uri;
      const body = {
        jsonrpc: '2.0',
        id,
        method,
        params: { ...params, _meta: { ...params._meta, ...ENVELOPE } },
      };
      const headers = { 'mcp-protocol-version': MODERN, 'mcp-method': method };
      return post(endpoint, token, {
        signal,
        body: JSON.stringify(body),
        headers: named === undefined ? headers : { ...headers, 'mcp-name': named },
      });
    },
  };
}

export async function legacyAgent(endpoint: string, token: string, protocol = '2025-11-25'): Promise<Agent> {
  const clientInfo = { name: 'agent', version: '1' };
  const params = { protocolVersion: protocol, capabilities: {}, clientInfo };
  const opened = await post(endpoint, token, {
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  });
  const session = opened.headers.get('mcp-session-id') ?? '';
  let id = 0;
  return {
    request(method, its, signal) {
      id += 1;
      return post(endpoint, token, {
        signal,
        body: JSON.stringify({ jsonrpc: '2.0', id, method, params: its }),
        headers: { 'mcp-session-id': session },
      });
    },
  };
}
