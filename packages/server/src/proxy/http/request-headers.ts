import type { IncomingMessage } from 'node:http';

/** The headers that the gateway reads; all others are ignored and none is passed on. */
const READ = [
  'host',
  'origin',
  'authorization',
  'content-type',
  'content-encoding',
  'accept',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'mcp-session-id',
] as const;
type ReadName = (typeof READ)[number];

export type RequestHeaders = Readonly<Partial<Record<ReadName, string>>>;

const NAMES: ReadonlySet<string> = new Set(READ);

/**
 * Trimmed values by lower-case name, or the name of one that came twice. Node drops or joins repeated headers; which
 * one counts must never be a guess, so they are read from the raw list.
 */
export function readHeaders(request: IncomingMessage): RequestHeaders | { readonly repeated: string } {
  const found: Partial<Record<ReadName, string>> = {};
  const raw = request.rawHeaders;
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    if (!isRead(name)) continue;
    if (found[name] !== undefined && name !== 'accept') return { repeated: name };
    const value = (raw[at + 1] ?? '').trim();
    found[name] = found[name] === undefined ? value : `${found[name]}, ${value}`;
  }
  return found;
}

function isRead(name: string): name is ReadName {
  return NAMES.has(name);
}
