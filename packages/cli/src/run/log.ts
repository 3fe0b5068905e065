import type { LogEntry, Store } from '@boomgate/server';
import type { LogPlan } from '../plan/index.ts';
import { logLine } from '../report/index.ts';
import { visibleJson } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { lookOn } from './look-on.ts';
import { openToRead } from './store.ts';

/** Requests taken at one look. */
const PAGE = 1_000;

/** Shows the newest entries that match, then, when following, new ones until a signal. */
export async function runLog(plan: LogPlan, world: World): Promise<ExitCode> {
  const store = world.keep(await openToRead(plan, world.facts));
  const [newest] = await store.decisions.query({ limit: 1 });
  const entries = await store.decisions.query({ ...plan.filter, limit: plan.limit });
  for (const entry of entries) await show(entry, world);
  if (plan.follow) await follow(store, { plan, world, after: entries.at(-1)?.cursor ?? newest?.cursor ?? 0 });
  else if (entries.length === 0) world.output.note('no requests match');
  return 0;
}

async function follow(
  { decisions }: Store,
  { plan, world, after }: { plan: LogPlan; world: World; after: number },
): Promise<void> {
  let cursor = after;
  await lookOn(world, plan, async () => {
    const entries = await decisions.query({ ...plan.filter, after: cursor, limit: PAGE });
    for (const entry of entries) await show(entry, world);
    cursor = entries.at(-1)?.cursor ?? cursor;
    return entries.length < PAGE ? 'all' : 'more';
  });
}

/** Resolves when more may be written, so that a slow reader slows the reading. */
const show = (entry: LogEntry, world: World): Promise<void> => world.writeLine(entryLine(entry, world));

/** A request as it is asked for: for people, or as JSON. */
export function entryLine(entry: LogEntry, { facts, output, show: { json } }: World): string {
  if (json) return visibleJson(JSON.stringify(entry));
  return logLine(entry, { ...output, timeZone: facts.timeZone, nowMs: Date.now() });
}
