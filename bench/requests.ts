/** Requests as texts for the load driver: a 1 KB call in the words of either era. */

import type { Door } from './wire.ts';

export type Target = {
  readonly name: string;
  readonly port: number;
  readonly path: string;
  readonly token?: string;
  /** Of a revision with a handshake: the session in which it calls. */
  readonly session?: string;
  /** Asks for progress, so that the answer is a stream. */
  readonly wantsProgress?: boolean;
};

/** Agent and server of each pair of eras, and answers as streams; the first is what the others are compared with. */
export const ERAS = [
  { name: 'new agent, new server', server: 'bench', legacyAgent: false, wantsProgress: false },
  { name: 'old agent, old server', server: 'legacy', legacyAgent: true, wantsProgress: false },
  { name: 'old agent, new server', server: 'bench', legacyAgent: true, wantsProgress: false },
  { name: 'new agent, old server', server: 'legacy', legacyAgent: false, wantsProgress: false },
  { name: 'new agent, new server, stream', server: 'stream', legacyAgent: false, wantsProgress: true },
] as const;

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const ARGUMENTS = { query: 'y'.repeat(700), limit: 20, filters: { language: 'en', since: '2026-01-01' } };

export function doorOf(target: Target): Door {
  return { port: target.port, request: requestFor(target) };
}

function requestFor({ path, port, session, token, wantsProgress = false }: Target): string {
  const progress = wantsProgress ? { progressToken: 1 } : {};
  const envelope = session === undefined ? ENVELOPE : {};
  const _meta = { ...envelope, ...progress };
  const params = {
    name: 'search',
    arguments: ARGUMENTS,
    ...(Object.keys(_meta).length === 0 ? {} : { _meta }),
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const era =
    session === undefined
      ? { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'search' }
      : { 'MCP-Protocol-Version': '2025-11-25', 'Mcp-Session-Id': session };
  const headers = {
    Host: `127.0.0.1:${port}`,
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    ...era,
    'Content-Length': String(Buffer.byteLength(body)),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
  const head = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return `POST ${path} HTTP/1.1\r\n${head}\r\n${body}`;
}

/** The session id that a handshake gives. */
export async function openSession({ path, port, token = '' }: Target): Promise<string> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  });
  await response.text();
  return response.headers.get('mcp-session-id') ?? '';
}
