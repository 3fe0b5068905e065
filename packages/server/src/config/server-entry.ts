import {
  type HttpTarget,
  headerProblem,
  isSentAnyway,
  type StdioTarget,
  type TlsSettings,
  type UnownedSettings,
} from '../upstreams/index.ts';
import type { ServerEntry } from './file-schema.ts';
import { type Environment, refuseReferences, resolveReferences } from './references.ts';

/** Milliseconds that an upstream gets unless the file says otherwise (gateway §6). */
const DEFAULT_TIMEOUTS = { connectMs: 5_000, firstByteMs: 60_000, idleMs: 300_000 } as const;

type EntryContext = {
  readonly slug: string;
  /** `withheld`: it is not for whoever wrote the entry, so that a reference to it is a problem. */
  readonly environment: Environment | 'withheld';
  /** What a server may do that says nothing about private addresses. */
  readonly allowPrivate: boolean;
  /** What the entry says of TLS, read from its files. */
  readonly tls?: TlsSettings | undefined;
  /** For a server that says nothing of it. */
  readonly holdMs?: number | undefined;
  /** Reports a problem at a key of this entry. */
  readonly report: (key: string, message: string) => void;
};

/** The settings of one server, or undefined after its problems were reported. */
export function serverSettings(entry: ServerEntry, context: EntryContext): UnownedSettings | undefined {
  const target = targetOf(entry, context);
  if (target === undefined) return undefined;
  const { connect_ms, first_byte_ms, idle_ms } = entry.timeouts ?? {};
  const holdMs = entry.hold_ms ?? context.holdMs;
  return {
    slug: context.slug,
    ...(entry.title === undefined ? {} : { title: entry.title }),
    target,
    era: entry.era ?? 'auto',
    isolation: entry.isolation ?? 'shared',
    parking: entry.parking ?? false,
    drift: entry.drift ?? 'hold_execute',
    bigNumbers: entry.big_numbers ?? 'refuse',
    ...looksOf(entry),
    ...(holdMs === undefined ? {} : { holdMs }),
    timeouts: {
      connectMs: connect_ms ?? DEFAULT_TIMEOUTS.connectMs,
      firstByteMs: first_byte_ms ?? DEFAULT_TIMEOUTS.firstByteMs,
      idleMs: idle_ms ?? DEFAULT_TIMEOUTS.idleMs,
    },
  };
}

/** What of requests and answers the gateway looks at only where it is told to. */
function looksOf({ argument_secrets, result_secrets, results }: ServerEntry): Looks {
  const asked = { results, argumentSecrets: argument_secrets, resultSecrets: result_secrets };
  // A cast: what is off is left away.
  return Object.fromEntries(Object.entries(asked).filter(([, look = 'off']) => look !== 'off')) as Looks;
}

type Looks = Pick<UnownedSettings, 'results' | 'argumentSecrets' | 'resultSecrets'>;

function targetOf(entry: ServerEntry, context: EntryContext): HttpTarget | StdioTarget | undefined {
  const url = entry.url ?? entry.serverUrl ?? entry.httpUrl;
  if ((url === undefined) === (entry.command === undefined)) {
    context.report(
      '',
      url === undefined
        ? 'expected "url" or "command", found neither'
        : 'expected "url" or "command", found both',
    );
    return undefined;
  }
  if (entry.type === 'sse' && entry.era === 'modern') {
    context.report('era', 'expected "legacy" or "auto": a server with "type": "sse" is of an old revision');
    return undefined;
  }
  if (url !== undefined && entry.bounds !== undefined) {
    context.report('bounds', 'expected "command": only programs that the gateway starts are held to bounds');
    return undefined;
  }
  if (url === undefined && entry.tls !== undefined) {
    context.report('tls', 'expected "url" with it: a program is not reached by TLS');
    return undefined;
  }
  return url === undefined ? stdioTarget(entry, context) : httpTarget(url, entry, context);
}

function httpTarget(text: string, entry: ServerEntry, context: EntryContext): HttpTarget | undefined {
  const url = resolve(text, 'url', context);
  const headers = headersOf(entry, context);
  if (url === undefined || headers === undefined) return undefined;
  const parsed = URL.parse(url);
  if (
    parsed === null ||
    !['http:', 'https:'].includes(parsed.protocol) ||
    parsed.username !== '' ||
    parsed.password !== ''
  ) {
    context.report('url', 'expected an http or https address without user name and password');
    return undefined;
  }
  if (entry.tls !== undefined && parsed.protocol !== 'https:') {
    context.report('tls', 'expected an https address with it');
    return undefined;
  }
  const { tls } = context;
  const transport = transports.get(entry.type ?? '');
  const target = {
    kind: 'http',
    url,
    headers,
    allowPrivate: entry.allow_private ?? context.allowPrivate,
    ...(tls === undefined ? {} : { tls }),
  } as const;
  return transport === undefined ? target : { ...target, transport };
}

/** What is sent to the server beside what the gateway sends by itself. */
function headersOf({ headers }: ServerEntry, context: EntryContext): Record<string, string> | undefined {
  const named = Object.entries(headers ?? {}).filter(([name]) => !isSentAnyway(name));
  const resolved = resolveAll(Object.fromEntries(named), 'headers', context);
  if (resolved === undefined) return undefined;
  const problems = Object.entries(resolved).flatMap(([name, value]) => {
    const problem = headerProblem(name, value);
    return problem === undefined ? [] : [[name, problem] as const];
  });
  for (const [name, problem] of problems) context.report(`headers/${name}`, problem);
  return problems.length === 0 ? resolved : undefined;
}

/** How clients call the two transports over HTTP; with any other word, the gateway finds out. */
const transports: ReadonlyMap<string, 'http' | 'sse'> = new Map([
  ['http', 'http'],
  ['streamable-http', 'http'],
  ['streamableHttp', 'http'],
  ['sse', 'sse'],
]);

function stdioTarget(entry: ServerEntry, context: EntryContext): StdioTarget | undefined {
  const command = resolve(entry.command ?? '', 'command', context);
  const args = (entry.args ?? []).map((arg, index) => resolve(arg, `args/${index}`, context));
  const env = resolveAll(entry.env, 'env', context);
  const cwd = entry.cwd === undefined ? undefined : resolve(entry.cwd, 'cwd', context);
  if (command === undefined || env === undefined || args.includes(undefined)) return undefined;
  const resolved = args.filter((arg) => arg !== undefined);
  const { bounds } = entry;
  return {
    ...{ kind: 'stdio', command, args: resolved, env },
    ...(cwd === undefined ? {} : { cwd }),
    ...(bounds === undefined ? {} : { bounds }),
  };
}

function resolveAll(
  texts: Readonly<Record<string, string>> | undefined,
  key: string,
  context: EntryContext,
): Record<string, string> | undefined {
  const entries = Object.entries(texts ?? {}).map(
    ([name, text]) => [name, resolve(text, `${key}/${name}`, context)] as const,
  );
  const resolved = entries.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
  return resolved.length === entries.length ? Object.fromEntries(resolved) : undefined;
}

function resolve(text: string, key: string, context: EntryContext): string | undefined {
  const { environment } = context;
  const result = environment === 'withheld' ? refuseReferences(text) : resolveReferences(text, environment);
  if ('text' in result) return result.text;
  context.report(key, result.problem);
  return undefined;
}

/** A server's name as it stands in URLs: itself when it fits, else lower case with dashes. Empty when nothing is left. */
export function slugOf(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return name;
  const dashed = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .slice(0, 256);
  return dashed.replace(/^[-._]+|[-._]+$/g, '').slice(0, 64);
}
