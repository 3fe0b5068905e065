import type { AuditEntry, LogEntry, Store } from '@boomgate/server';
import type { AuditForwardPlan, LogForwardPlan, Place } from '../plan/index.ts';
import type { ExitCode, World } from '../world.ts';
import { lineOfAct, noteReading } from './audit-list.ts';
import { type LogName, type Progress, readProgress, writeProgress } from './cursor-file.ts';
import { entryLine } from './log.ts';
import { lookOn } from './look-on.ts';
import { openToChange, openToRead } from './store.ts';

/** Rows taken at one look, and asked at once what became of them. */
const PAGE = 1_000;

type Row = { readonly cursor: number };

/** A row as far as it is told from another one at its place. */
type Known = Row & { readonly id: string };

/** A log as it is written onward. */
type Feed<Entry extends Row> = {
  readonly log: LogName;
  /** The newest row of all, if there is any, or the oldest one behind a cursor. */
  readonly newest: () => Promise<Row | undefined>;
  readonly next: (after: number) => Promise<Known | undefined>;
  readonly idOf: (entry: Entry) => string;
  /** The oldest that match behind a cursor. */
  readonly behind: (after: number) => Promise<readonly Entry[]>;
  readonly isOver: (entry: Entry) => boolean;
  /** Those of some cursors that are over. */
  readonly over: (cursors: readonly number[]) => Promise<readonly Entry[]>;
  readonly line: (entry: Entry) => string;
};

export async function runLogForward(plan: LogForwardPlan, world: World): Promise<ExitCode> {
  const { decisions } = world.keep(await openToRead(plan, world.facts));
  return await forward<LogEntry>(
    {
      log: 'decisions',
      newest: async () => (await decisions.query({ limit: 1 }))[0],
      next: async (after) => {
        const [found] = await decisions.query({ after, limit: 1 });
        return found && { cursor: found.cursor, id: found.row.id };
      },
      idOf: ({ row }) => row.id,
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
  return await forward<AuditEntry>(
    {
      log: 'audit',
      newest: async () => (await audit.query({ limit: 1 }))[0],
      next: async (after) => (await audit.query({ after, limit: 1 }))[0],
      idOf: ({ id }) => id,
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

type Forwarding = Place & { readonly cursorFile: string; readonly follow: boolean };

/**
 * Writes each row once it is over, then how far it came: who reads the lines misses none, and may see some again after a run that was
 * ended in between.
 */
async function forward<Entry extends Row>(
  feed: Feed<Entry>,
  plan: Forwarding,
  world: World,
): Promise<ExitCode> {
  const { cursorFile, follow } = plan;
  const read = await readProgress(cursorFile, feed.log);
  if (!read.ok) return world.fail(read.message);
  let progress = read.value;
  const strange = await strangeTo(feed, progress);
  if (strange !== undefined)
    return world.fail(
      `${cursorFile}: ${strange}: it is of another log, or this one was restored; name another file, which begins with the oldest row`,
    );
  let fault: string | undefined;
  await lookOn(world, plan, async () => {
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

/** What a log has that this cannot have been written from; undefined where it can. What was deleted for its age is not missed. */
async function strangeTo<Entry extends Row>(
  feed: Feed<Entry>,
  { after, id }: Progress,
): Promise<string | undefined> {
  const end = (await feed.newest())?.cursor;
  if (end !== undefined && after > end)
    return `expected at most row ${end}, with which this log ends, found row ${after}`;
  if (id === undefined) return undefined;
  const there = await feed.next(after - 1);
  return there === undefined || there.cursor !== after || there.id === id
    ? undefined
    : `expected row ${after} to be ${there.id}, as this log has it, found ${id}`;
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
  const end = last === undefined ? progress : { after: last.cursor, id: feed.idOf(last) };
  return { now: { ...end, underWay: [...waiting, ...opened] }, isAll };
}
