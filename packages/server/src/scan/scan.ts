import { systemClock } from '../upstreams/index.ts';
import { CONCURRENCY, MEMORY_BYTES, SCAN_MS } from './bounds.ts';
import { composeListed } from './compose.ts';
import type { Failure, ScannedServer, ScanOptions, ScanReport, ScanTarget } from './contract.ts';
import { type LookOptions, look } from './look.ts';
import type { Manifest } from './manifest.ts';
import { installPackage } from './npm.ts';
import { secretsOf, withoutSecrets } from './own-secrets.ts';
import { openPlace, type Place } from './place.ts';
import type { Seen } from './seen.ts';
import { shownTarget } from './shown-target.ts';

/** Scans all targets, a few at a time. Whatever a server does, its report says so; rejects only for faults of this machine. */
export async function scan(targets: readonly ScanTarget[], options: ScanOptions): Promise<ScanReport> {
  const { clock = systemClock, concurrency = CONCURRENCY, onProgress, wallMs = Date.now } = options;
  const startedAtMs = clock.now();
  const scanned = isoTime(wallMs());
  const servers = new Map<number, ScannedServer>();
  const waiting = [...targets.entries()];
  const total = targets.length;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, target] = next;
      const { name } = target;
      onProgress?.({ done: servers.size, total, name });
      const server = await scanServer(target, options);
      servers.set(index, server);
      onProgress?.({ done: servers.size, total, name, server });
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, total) }, work));
  return {
    scanned,
    durationMs: clock.now() - startedAtMs,
    servers: targets.flatMap((_, index) => servers.get(index) ?? []),
  };
}

type Facts = Manifest & { readonly package?: string };
type Result =
  | { readonly ok: false; readonly facts: Facts; readonly failure: Failure; readonly seen: Seen }
  | (Awaited<ReturnType<typeof look>> & { readonly ok: true; readonly facts: Facts });

/** One server: a place for it, its package if it is one, a look, and what that amounts to. */
async function scanServer(target: ScanTarget, options: ScanOptions): Promise<ScannedServer> {
  const { clock = systemClock, wallMs = Date.now } = options;
  const startedAtMs = clock.now();
  const scanned = isoTime(wallMs());
  const result = await lookAt(target, options);
  const { facts, seen } = result;
  const common = {
    name: target.name,
    target: shownTarget(target),
    ...facts,
    scanned,
    durationMs: clock.now() - startedAtMs,
    stderr: seen.stderr,
  };
  if (!result.ok) return { ...common, outcome: 'failed', failure: result.failure, remarks: [] };
  const { description, listing } = result;
  const isPinned = facts.version !== undefined;
  return { ...common, ...composeListed({ name: target.name, description, listing, seen, isPinned }) };
}

async function lookAt({ target }: ScanTarget, options: ScanOptions): Promise<Result> {
  const place = await openPlace(options.environment);
  try {
    return await lookFrom(place, target, options);
  } finally {
    await place[Symbol.asyncDispose]();
  }
}

async function lookFrom(place: Place, target: ScanTarget['target'], options: ScanOptions): Promise<Result> {
  const {
    clock = systemClock,
    environment,
    timeoutMs = SCAN_MS,
    memoryBytes = MEMORY_BYTES,
    proxy,
    version,
    signal = new AbortController().signal,
  } = options;
  const how: LookOptions = { version, timeoutMs, memoryBytes, signal, clock, proxy };
  if (target.kind !== 'npm') {
    const looked = await look(target, place, how);
    if (!looked.ok) return { ...looked, facts: {} };
    return { ...looked, ...withoutSecrets(looked, secretsOf(target)), facts: {} };
  }
  const installed = await installPackage(target, place, { caller: environment, signal, clock });
  if (!installed.ok) {
    const facts = installed.package === undefined ? {} : { package: installed.package };
    return { ok: false, facts, failure: installed.failure, seen: installed.seen };
  }
  const { program, facts } = installed;
  const { command, args } = program;
  const looked = await look({ kind: 'stdio', command, args, env: {} }, place, how);
  return { ...looked, facts: { package: installed.package, ...facts } };
}

const isoTime = (ms: number): string => new Date(ms).toISOString();
