import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JsonObject } from '@boomgate/engine';
import { type SelectQueryBuilder, sql } from 'kysely';
import { HELD_TOLD_EVERY_MS, HELD_TOOLS_TOLD, TOOL_BOUNDS } from '../../limits/index.ts';
import type {
  KnownTool,
  NoteOf,
  SnapshotChange,
  ToolClassification,
  ToolDecider,
  ToolKey,
  ToolOwner,
  ToolSnapshot,
  ToolSnapshots,
} from '../contract.ts';
import { tellOthers } from './events.ts';
import type { SqlExecutor } from './executor.ts';
import { build, type Tables, type ToolRecord } from './tables.ts';
import { all, change, first, type Work } from './work.ts';

/** Rows of one statement: a server may offer thousands of tools, and each statement is on its way once. */
const LOT = 100;
/** Characters of definitions in one statement, unless one alone is longer. */
const LOT_CHARACTERS = 4 * 1024 * 1024;

const CHARACTERS = sql<number>`octet_length(definition)`.as('characters');

/** The definitions of tools; each write is a short transaction of its own. */
export class SqlTools implements ToolSnapshots {
  readonly #executor: SqlExecutor;
  readonly hasNews: () => boolean;

  constructor(executor: SqlExecutor) {
    this.#executor = executor;
    this.hasNews = executor.watch(['tool_snapshots']);
  }

  async list({ organization, server, tool }: Parameters<ToolSnapshots['list']>[0]): Promise<ToolSnapshot[]> {
    const every = build.selectFrom('tool_snapshots').where('organization', '=', organization);
    const ofServer = server === undefined ? every : every.where('server', '=', server);
    const found = tool === undefined ? ofServer : ofServer.where('tool', '=', tool);
    const ordered = found.orderBy('server').orderBy('tool').orderBy('seen_at', 'desc');
    const keys = ordered.select(['server', 'tool', 'fingerprint']).select(CHARACTERS);
    return this.#executor.read(function* () {
      const listed: ToolSnapshot[] = [];
      for (const lot of lotsOf(yield* all(keys), ({ characters }) => characters))
        listed.push(...(yield* all(ordered.selectAll().where(isOneOf(lot)))).map(decode));
      return listed;
    });
  }

  async known(owner: ToolOwner): Promise<readonly KnownTool[]> {
    const rows = ofOwner(owner)
      .select(['tool', 'fingerprint', 'classification', 'state', 'offered', 'first_seen_at', 'seen_at'])
      .select(['decided_at', 'decided_by']);
    const known = (await this.#walk(rows)).map(decodeKnown);
    const byTool = Map.groupBy(known, ({ tool }) => tool).values();
    return [...byTool].flatMap((ofTool) => ofTool.sort((one, other) => other.seenAtMs - one.seenAtMs));
  }

  /** All rows, in the order of their keys: a server may have thousands, so others have their turn in between. */
  async #walk<Row extends ToolKey>(
    rows: SelectQueryBuilder<Tables, 'tool_snapshots', Row>,
  ): Promise<readonly Row[]> {
    const most = this.#executor.pace.evenRows;
    const ordered = rows.orderBy('tool').orderBy('fingerprint').limit(most);
    const read: Row[] = [];
    for (;;) {
      const last = read.at(-1);
      const behind = sql<boolean>`(tool, fingerprint) > (${last?.tool}, ${last?.fingerprint})`;
      const step = last === undefined ? ordered : ordered.where(behind);
      const found = await this.#executor.read(() => all(step));
      read.push(...found);
      if (found.length < most) return read;
      await nextTurn();
    }
  }

  async record(owner: ToolOwner, change: SnapshotChange): Promise<void> {
    const { gone, isFirst = false, seen } = change;
    const steps = stepsOf(owner, change);
    if (isFirst || seen.length + gone.length <= LOT)
      await this.#executor.write(function* () {
        for (const step of steps) yield* step();
      });
    else await this.#inTurns(steps);
    const old = ofOwner(owner)
      .select(['tool', 'fingerprint', 'seen_at'])
      .select(CHARACTERS)
      .where('offered', '=', 0);
    const tooMuch = tooMuchOf(await this.#walk(old));
    await this.#inTurns([...lotsOf(tooMuch)].map((lot) => () => forget(owner, lot)));
  }

  async #inTurns(steps: readonly (() => Work<void>)[]): Promise<void> {
    for (const step of steps) {
      await this.#executor.write(step);
      await nextTurn();
    }
  }

  async accept(owner: ToolOwner, tools: readonly ToolKey[], note?: NoteOf<void>): Promise<boolean> {
    const atMs = this.#executor.clock.wallMs();
    const work = function* (): Work<void> {
      for (const tool of tools) if ((yield* accept(owner, tool, atMs)) === 0) throw new NotAsItWas();
    };
    try {
      await this.#executor.write(work, note);
      return true;
    } catch (error) {
      if (error instanceof Error && error.cause instanceof NotAsItWas) return false;
      throw error;
    }
  }
}

/** What is written of a listing, in parts that stand alone: what is left when one fails is news with the next listing. */
function stepsOf(owner: ToolOwner, { gone, seen }: SnapshotChange): readonly (() => Work<void>)[] {
  const rows = seen.map((one) => encode({ ...one, ...owner }));
  const tools = [...new Set([...seen, ...gone].map(({ tool }) => tool))];
  return [
    () => tellOfHeld(owner, seen),
    ...[...lotsOf(rows, ({ definition }) => definition.length)].map((lot) => () => put(lot)),
    ...[...lotsOf(gone)].map((lot) => () => markGone(owner, lot)),
    ...[...lotsOf(tools)].map(
      (lot) =>
        function* (): Work<void> {
          yield* forget(owner, yield* all(tooManyOf(owner, lot)));
        },
    ),
  ];
}

/** Takes back a transaction in which one of several tools cannot be accepted. */
class NotAsItWas extends Error {}

/** Has others told of what a listing shows first and a person must accept, before it is written; unless they were a while ago. */
function* tellOfHeld(owner: ToolOwner, seen: readonly ToolSnapshot[]): Work<void> {
  const held = seen.filter(({ state }) => state === 'held');
  const known = yield* fingerprintsOf(owner, held);
  const fresh = held.filter(({ fingerprint, tool }) => known.get(tool)?.has(fingerprint) !== true);
  const atMs = fresh[0]?.firstSeenAtMs;
  if (atMs === undefined || (yield* isTold(owner, atMs))) return;
  const tools = fresh
    .map(({ classification, tool }) => ({ name: tool, class: classification.class, isNew: !known.has(tool) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .slice(0, HELD_TOOLS_TOLD);
  const about = { ...owner, count: fresh.length, tools };
  yield* tellOthers({ kind: 'held', atMs, about });
}

/** Of all definitions that are known of these tools. */
function* fingerprintsOf(
  owner: ToolOwner,
  tools: readonly ToolSnapshot[],
): Work<ReadonlyMap<string, ReadonlySet<string>>> {
  const known = new Map<string, Set<string>>();
  for (const lot of lotsOf(tools)) {
    const names = new Set(lot.map(({ tool }) => tool));
    const ofTools = ofOwner(owner)
      .select(['tool', 'fingerprint'])
      .where('tool', 'in', [...names]);
    for (const { fingerprint, tool } of yield* all(ofTools))
      known.set(tool, (known.get(tool) ?? new Set()).add(fingerprint));
  }
  return known;
}

/** Whether anything that still waits was first seen within the same stretch of time. */
function* isTold(owner: ToolOwner, atMs: number): Work<boolean> {
  const sinceMs = Math.floor(atMs / HELD_TOLD_EVERY_MS) * HELD_TOLD_EVERY_MS;
  const waiting = ofOwner(owner).select('tool').where('state', '=', 'held').limit(1);
  return (yield* first(waiting.where('first_seen_at', '>=', sinceMs))) !== undefined;
}

function ofOwner({ organization, server }: ToolOwner) {
  return build
    .selectFrom('tool_snapshots')
    .where('organization', '=', organization)
    .where('server', '=', server);
}

/** State and decision only ever move from held to accepted, so that a late writer takes nothing back. */
function* put(rows: readonly ToolRecord[]): Work<void> {
  const insert = build.insertInto('tool_snapshots').values(rows);
  const update = insert.onConflict((known) =>
    known.columns(['organization', 'server', 'tool', 'fingerprint']).doUpdateSet({
      offered: sql`excluded.offered`,
      seen_at: sql`excluded.seen_at`,
      classification: sql`excluded.classification`,
      state: sql`case when excluded.state = 'accepted' then 'accepted' else tool_snapshots.state end`,
      decided_at: sql`coalesce(tool_snapshots.decided_at, excluded.decided_at)`,
      decided_by: sql`coalesce(tool_snapshots.decided_by, excluded.decided_by)`,
    }),
  );
  yield* change(update);
}

function* markGone(owner: ToolOwner, tools: readonly ToolKey[]): Work<void> {
  const gone = build.updateTable('tool_snapshots').set({ offered: 0 });
  yield* change(
    gone
      .where('organization', '=', owner.organization)
      .where('server', '=', owner.server)
      .where(isOneOf(keysOf(owner, tools))),
  );
}

type OwnedKey = ToolKey & { readonly server: string };

function keysOf({ server }: ToolOwner, tools: readonly ToolKey[]): readonly OwnedKey[] {
  return tools.map(({ fingerprint, tool }) => ({ server, tool, fingerprint }));
}

/** How many rows: none unless it is held, and its tool's newest. */
function accept(owner: ToolOwner, key: ToolKey, decided_at: number): Work<number> {
  const { organization, server } = owner;
  const { fingerprint, tool } = key;
  const newest = ofOwner(owner)
    .select((one) => one.fn.max('seen_at').as('seen_at'))
    .where('tool', '=', tool)
    .where('state', '=', 'held');
  const accepted = build
    .updateTable('tool_snapshots')
    .set({ state: 'accepted', decided_at, decided_by: 'person' })
    .where('organization', '=', organization)
    .where('server', '=', server)
    .where('tool', '=', tool)
    .where('fingerprint', '=', fingerprint)
    .where('state', '=', 'held')
    .where('seen_at', '=', newest);
  return change(accepted);
}

/** Of what is not offered any more. */
function* forget(owner: ToolOwner, tools: readonly ToolKey[]): Work<void> {
  const old = build.deleteFrom('tool_snapshots').where('organization', '=', owner.organization);
  const ofServer = old.where('server', '=', owner.server).where('offered', '=', 0);
  for (const lot of lotsOf(tools)) yield* change(ofServer.where(isOneOf(keysOf(owner, lot))));
}

/** What was accepted last stays, as the next change is compared with it. */
function tooManyOf({ organization, server }: ToolOwner, tools: readonly string[]) {
  const placed = sql<ToolKey & { place: number; offered: number; state: string; place_in_state: number }>`(
    select tool, fingerprint, offered, state,
      row_number() over (partition by tool order by seen_at desc, fingerprint) as place,
      row_number() over (partition by tool, state order by seen_at desc, fingerprint) as place_in_state
    from tool_snapshots where organization = ${organization} and server = ${server} and tool in (${sql.join(tools)}))`;
  return build
    .selectFrom(placed.as('placed'))
    .select(['tool', 'fingerprint'])
    .where('place', '>', TOOL_BOUNDS.definitions)
    .where('offered', '=', 0)
    .where((one) => one.not(one.and([one('state', '=', 'accepted'), one('place_in_state', '=', 1)])));
}

/** Of a server, the oldest beyond the bounds. */
function tooMuchOf(
  old: readonly (ToolKey & { readonly seen_at: number; readonly characters: number })[],
): readonly ToolKey[] {
  const characters = old.reduce((sum, one) => sum + one.characters, 0);
  if (old.length <= TOOL_BOUNDS.gone && characters <= TOOL_BOUNDS.goneCharacters) return [];
  let sum = 0;
  return old
    .toSorted((one, other) => other.seen_at - one.seen_at)
    .filter((one, place) => {
      sum += one.characters;
      return place >= TOOL_BOUNDS.gone || sum > TOOL_BOUNDS.goneCharacters;
    });
}

function isOneOf(tools: readonly OwnedKey[]) {
  const names = sql.join(tools.map(({ tool }) => tool));
  const keys = sql.join(
    tools.map(({ fingerprint, server, tool }) => sql`(${server}, ${tool}, ${fingerprint})`),
  );
  // The names alone lead to an index.
  return sql<boolean>`(tool in (${names}) and (server, tool, fingerprint) in (values ${keys}))`;
}

/** In their order; `charactersOf` gives those of a definition that is sent along. */
function* lotsOf<One>(
  all: readonly One[],
  charactersOf: (one: One) => number = () => 0,
): Generator<readonly One[]> {
  let lot: One[] = [];
  let characters = 0;
  for (const one of all) {
    const length = charactersOf(one);
    if (lot.length === LOT || (lot.length > 0 && characters + length > LOT_CHARACTERS)) {
      yield lot;
      lot = [];
      characters = 0;
    }
    lot.push(one);
    characters += length;
  }
  if (lot.length > 0) yield lot;
}

function encode(one: ToolSnapshot): ToolRecord {
  return {
    organization: one.organization,
    server: one.server,
    tool: one.tool,
    fingerprint: one.fingerprint,
    definition: JSON.stringify(one.definition),
    classification: JSON.stringify(one.classification),
    state: one.state,
    offered: one.isOffered ? 1 : 0,
    first_seen_at: one.firstSeenAtMs,
    seen_at: one.seenAtMs,
    decided_at: one.decidedAtMs ?? null,
    decided_by: one.decidedBy ?? null,
  };
}

function decode(record: ToolRecord): ToolSnapshot {
  const { definition, organization, server } = record;
  // A cast: only `encode` writes this column.
  return { organization, server, definition: JSON.parse(definition) as JsonObject, ...decodeKnown(record) };
}

function decodeKnown(record: Omit<ToolRecord, keyof ToolOwner | 'definition'>): KnownTool {
  const { decided_at, decided_by, fingerprint, tool } = record;
  return {
    tool,
    fingerprint,
    // Casts: only `encode` writes these columns.
    classification: JSON.parse(record.classification) as ToolClassification,
    state: record.state as KnownTool['state'],
    isOffered: record.offered === 1,
    firstSeenAtMs: record.first_seen_at,
    seenAtMs: record.seen_at,
    ...(decided_at === null ? {} : { decidedAtMs: decided_at }),
    ...(decided_by === null ? {} : { decidedBy: decided_by as ToolDecider }),
  };
}
