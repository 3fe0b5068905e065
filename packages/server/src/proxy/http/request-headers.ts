import type { IncomingMessage } from 'node:http';
import { readTraceContext, type TraceContext } from '../../telemetry/index.ts';

/** The headers that the gateway reads once; beside trace context all others are ignored, and none is passed on as it came. */
const READ = [
  'host',
  'origin',
  'authorization',
  'dpop',
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
  readonly trace: TraceContext | undefined;
};

/** The spellings that agents use: a look here costs less than making a name lower-case. Others are as good, only slower. */
const SPELLINGS: ReadonlyMap<string, ReadName> = new Map(
  READ.flatMap((name) => {
    const capitalised = name.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
    const others = [capitalised.replace(/^Mcp-/, 'MCP-'), capitalised.replace(/^Dpop$/, 'DPoP')];
    return [name, capitalised, ...others].map((spelling) => [spelling, name]);
  }),
);
const MIRRORED = 'mcp-param-';

/**
 * Values by lower-case name, or the name of one that came twice. Node drops or joins repeated headers; which one counts
 * must never be a guess, so they are read from the raw list. The blanks and tabs around a value are gone already, and
 * nothing else may be taken away.
 */
export function readHeaders(request: IncomingMessage): RequestHeaders | { readonly repeated: string } {
  const found: Partial<Record<ReadName, string>> = {};
  const mirrored = new Map<string, string>();
  const trace: { traceparent?: string; tracestate?: string } = {};
  const raw = request.rawHeaders;
  for (let at = 0; at < raw.length; at += 2) {
    const spelling = raw[at] ?? '';
    const value = raw[at + 1] ?? '';
    const name = SPELLINGS.get(spelling) ?? spelling.toLowerCase();
    if (isRead(name)) {
      const before = found[name];
      if (before !== undefined && name !== 'accept') return { repeated: name };
      found[name] = before === undefined ? value : `${before}, ${value}`;
    } else if (name.startsWith(MIRRORED)) {
      if (mirrored.has(name)) return { repeated: name };
      mirrored.set(name, value);
    } else if (name === 'traceparent' || name === 'tracestate') {
      // Joined as W3C has it for the state; a parent that came twice is none.
      const before = trace[name];
      trace[name] = before === undefined ? value : `${before},${value}`;
    }
  }
  return { ...found, mirrored, trace: readTraceContext(trace.traceparent, trace.tracestate) };
}

function isRead(name: string): name is ReadName {
  return SPELLINGS.has(name);
}
