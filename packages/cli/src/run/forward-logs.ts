import type { LogEntry, Store } from '@boomgate/server';
import type { AuditForwardPlan, LogForwardPlan } from '../plan/index.ts';
import type { ExitCode, World } from '../world.ts';
import { lineOfAct, noteReading } from './audit-list.ts';
import { type LogName, type Progress, readProgress, writeProgress } from './cursor-file.ts';
import { entryLine } from './log.ts';
import { lookOn } from './look-on.ts';
import { openToChange, openToRead } from './store.ts';

/** Rows taken at one look, and asked at once what became of them. */
const PAGE = 1_000;

type Row = { readonly cursor: number };

/** A log as it is written onward. */
type Feed<Entry extends Row> = {
  readonly log: LogName;
  /** The newest row of all, if there is any. */
  readonly newest: () => Promise<Row | undefined>;
  /** The oldest that match behind a cursor. */
  readonly behind: (after: number) => Promise<readonly Entry[]>;
  readonly isOver: (entry: Entry) => boolean;
  /** Those of some cursors that are over. */
  readonly over: (cursors: readonly number[]) => Promise<readonly Entry[]>;
  readonly line: (entry: Entry) => string;
};

export async function runLogForward(plan: LogForwardPlan, world: World): Promise<ExitCode> {
  const { decisions } = world.keep(await openToRead(plan, world.facts));
  return await forward(
    {
      log: 'decisions',
      newest: async () => (await decisions.query({ limit: 1 }))[0],
      behind: (after) => decisions.query({ ...plan.filter, after, limit: PAGE }),
      isOver: ({ outcomeRow, row }) => outcomeRow !== undefined || !row.forwarded,
      over: (cursors) => endedOf(decisions, cursors),
      line: (entry) => entryLine(entry, world),
    },
    plan,
    world,
  );
}

/** That the acts were looked at is an act itself, once for each run. */
export async function runAuditForward(plan: AuditForwardPlan, world: World): Promise<ExitCode> {
  const store = world.keep(await openToChange(plan, world.facts));
  const { audit } = store;
  const { cursorFile, filter } = plan;
  await noteReading(store, { action: 'audit.read', log: 'audit', facts: { cursorFile, filter } });
  return await forward(
    {
      log: 'audit',
      newest: async () => (await audit.query({ limit: 1 }))[0],
      behind: (after) => audit.query({ ...filter, after, limit: PAGE }),
      isOver: () => true,
      over: async () => [],
      line: (act) => lineOfAct(act, world),
    },
    plan,
    world,
  );
}

async function endedOf(
  decisions: Store['decisions'],
  cursors: readonly number[],
): Promise<readonly LogEntry[]> {
  const ended: LogEntry[] = [];
  for (let at = 0; at < cursors.length; at += PAGE)
    for (const cursor of (await decisions.outcomes(cursors.slice(at, at + PAGE))).keys())
      ended.push(...(await decisions.query({ after: cursor - 1, limit: 1 })));
  return ended;
}

type Forwarding = { readonly cursorFile: string; readonly follow: boolean };

/**
 * Writes each row once it is over, then how far it came: who reads the lines misses none, and may see some again after a run that was
 * ended in between.
 */
async function forward<Entry extends Row>(
  feed: Feed<Entry>,
  { cursorFile, follow }: Forwarding,
  world: World,
): Promise<ExitCode> {
  const read = await readProgress(cursorFile, feed.log);
  if (!read.ok) return world.fail(read.message);
  let progress = read.value;
  const end = (await feed.newest())?.cursor;
  if (end !== undefined && progress.after > end)
    return world.fail(
      `${cursorFile}: expected at most row ${end}, with which this log ends, found row ${progress.after}: it is of another log, or this one was restored; name another file, which begins with the oldest row`,
    );
  let fault: string | undefined;
  await lookOn(world, async () => {
    const { isAll, now } = await writeOn(feed, progress, world);
    if (now !== progress) {
      const written = await writeProgress(cursorFile, feed.log, now);
      fault = written.ok ? undefined : written.message;
      progress = now;
    }
    if (fault !== undefined) return 'over';
    if (!isAll) return 'more';
    return follow ? 'all' : 'over';
  });
  return fault === undefined ? 0 : world.fail(fault);
}

/** One look; `now` is the same object when nothing was there, `isAll` when nothing was left. */
async function writeOn<Entry extends Row>(
  feed: Feed<Entry>,
  progress: Progress,
  { writeLine }: World,
): Promise<{ readonly now: Progress; readonly isAll: boolean }> {
  const ended = await feed.over(progress.underWay);
  const found = await feed.behind(progress.after);
  for (const entry of [...ended, ...found.filter(feed.isOver)]) await writeLine(feed.line(entry));
  const isAll = found.length < PAGE;
  const last = found.at(-1);
  if (ended.length === 0 && last === undefined) return { now: progress, isAll };
  const gone = new Set(ended.map(({ cursor }) => cursor));
  const waiting = progress.underWay.filter((cursor) => !gone.has(cursor));
  const opened = found.filter((entry) => !feed.isOver(entry)).map(({ cursor }) => cursor);
  return { now: { after: last?.cursor ?? progress.after, underWay: [...waiting, ...opened] }, isAll };
}
