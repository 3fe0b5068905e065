import {
  type Clock,
  type Confinement,
  type ForwardProxy,
  type HttpTarget,
  type Listing,
  openUpstreams,
  type StdioTarget,
  type Upstream,
  type UpstreamDescription,
  UpstreamError,
  within,
} from '../upstreams/index.ts';
import { CLOSING_MS, OUTPUT_BYTES, SCAN_LISTING } from './bounds.ts';
import type { Failure } from './contract.ts';
import { failureOf } from './failure.ts';
import type { Place } from './place.ts';
import { nothingSeen, noting, type Seen } from './seen.ts';

export type LookOptions = {
  readonly version: string;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly proxy: ForwardProxy | undefined;
};

type Looked = { readonly seen: Seen } & (
  | { readonly ok: true; readonly description: UpstreamDescription; readonly listing: Listing }
  | { readonly ok: false; readonly failure: Failure }
);

/** What came of asking; `description` alone when the list failed. */
type Asked = { description?: UpstreamDescription; listing?: Listing; error?: UpstreamError };

/** Milliseconds to connect: longer is no server that anybody waits for. */
const CONNECT_MS = 10_000;

/** Starts or reaches a server, asks what it is and for its tools, and leaves nothing of it behind. */
export async function look(
  target: HttpTarget | StdioTarget,
  place: Place,
  options: LookOptions,
): Promise<Looked> {
  const { clock, signal, timeoutMs, memoryBytes } = options;
  const seen = nothingSeen();
  const ending = new AbortController();
  const { promise: cancelled, resolve: onCancelled } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => onCancelled(), { signal: ending.signal });
  if (signal.aborted) onCancelled();
  const upstreams = openUpstreams({
    log() {},
    version: options.version,
    environment: place.environment,
    proxy: options.proxy,
    listing: SCAN_LISTING,
    clock,
    confinement: confinementOf(place, { memoryBytes, signal: ending.signal, report: noting(seen) }),
  });
  const asked: Asked = {};
  const asking = ask(upstreams.for(settingsOf(target, place, timeoutMs), 'scan'), asked);
  const ended = await Promise.race([
    cancelled.then(() => 'cancelled' as const),
    within(
      asking.then(() => 'in_time' as const),
      { clock, ms: timeoutMs, late: 'time' as const },
    ),
  ]);
  // What was seen until now is what the server did; what follows is done to it.
  const circumstances = {
    seen: { ...seen, stderr: [...seen.stderr] },
    kind: target.kind,
    ...(target.kind === 'stdio' ? { command: target.command } : {}),
    wasDescribed: asked.description !== undefined,
    ...(ended === 'in_time' ? {} : { endedFor: ended }),
    timeoutMs,
  };
  ending.abort();
  const closing = Promise.all([upstreams[Symbol.asyncDispose](), asking]);
  await within(closing, { clock, ms: CLOSING_MS, late: undefined });
  const { description, listing, error } = asked;
  // A list that was cut by the end of its time is there after the end.
  if (description !== undefined && listing !== undefined && ended !== 'cancelled')
    return { ok: true, description, listing, seen: circumstances.seen };
  return { ok: false, failure: failureOf(error, circumstances), seen: circumstances.seen };
}

async function ask(upstream: Upstream, asked: Asked): Promise<void> {
  try {
    asked.description = await upstream.describe();
    asked.listing = await upstream.list('tools');
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    asked.error = error;
  }
}

function confinementOf(
  { mark }: Place,
  rest: Pick<Confinement, 'memoryBytes' | 'signal' | 'report'>,
): Confinement {
  return { ...rest, outputBytes: OUTPUT_BYTES, mark };
}

function settingsOf(target: HttpTarget | StdioTarget, place: Place, timeoutMs: number) {
  const placed =
    target.kind === 'http'
      ? target
      : { ...target, env: { ...place.variables, ...target.env }, cwd: target.cwd ?? place.work };
  return {
    id: 'scanned',
    slug: 'scanned',
    organization: 'scanned',
    target: placed,
    era: 'auto',
    isolation: 'shared',
    bigNumbers: 'refuse',
    parking: false,
    drift: 'accept',
    timeouts: { connectMs: Math.min(CONNECT_MS, timeoutMs), firstByteMs: timeoutMs, idleMs: timeoutMs },
  } as const;
}
