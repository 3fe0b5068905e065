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

export type RequestHeaders = Readonly<Partial<Record<ReadName, string>>> & {
  /** `Mcp-Param-*`, by lower-case name. */
  readonly mirrored: ReadonlyMap<string, string>;
};

const NAMES: ReadonlySet<string> = new Set(READ);
const MIRRORED = 'mcp-param-';

/**
 * Values by lower-case name, or the name of one that came twice. Node drops or joins repeated headers; which one counts
 * must never be a guess, so they are read from the raw list. The blanks and tabs around a value are gone already, and
 * nothing else may be taken away.
 */
export function readHeaders(request: IncomingMessage): RequestHeaders | { readonly repeated: string } {
  const found: Partial<Record<ReadName, string>> = {};
  const mirrored = new Map<string, string>();
  const raw = request.rawHeaders;
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    const value = raw[at + 1] ?? '';
    if (name.startsWith(MIRRORED)) {
      if (mirrored.has(name)) return { repeated: name };
      mirrored.set(name, value);
    }
    if (!isRead(name)) continue;
    if (found[name] !== undefined && name !== 'accept') return { repeated: name };
    found[name] = found[name] === undefined ? value : `${found[name]}, ${value}`;
  }
  return { ...found, mirrored };
}

function isRead(name: string): name is ReadName {
  return NAMES.has(name);
}
