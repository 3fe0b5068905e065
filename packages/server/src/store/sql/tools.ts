import type { JsonObject } from '@boomgate/engine';
import { sql } from 'kysely';
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
import { build, type ToolRecord } from './tables.ts';
import { all, change, first, type Work } from './work.ts';

/** Rows of one statement: a server may offer thousands of tools, and each statement is on its way once. */
const LOT = 100;
/** Characters of definitions in one statement, unless one alone is longer. */
const LOT_CHARACTERS = 4 * 1024 * 1024;

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
    const keys = ordered
      .select(['server', 'tool', 'fingerprint'])
      .select(sql<number>`octet_length(definition)`.as('characters'));
    return this.#executor.read(function* () {
      const listed: ToolSnapshot[] = [];
      for (const lot of lotsOf(yield* all(keys), ({ characters }) => characters))
        listed.push(...(yield* all(ordered.selectAll().where(isOneOf(lot)))).map(decode));
      return listed;
    });
  }

  async known(owner: ToolOwner): Promise<readonly KnownTool[]> {
    const known = ofOwner(owner)
      .select(['tool', 'fingerprint', 'classification', 'state', 'offered', 'first_seen_at', 'seen_at'])
      .select(['decided_at', 'decided_by'])
      .orderBy('tool')
      .orderBy('seen_at', 'desc');
    return (await this.#executor.read(() => all(known))).map(decodeKnown);
  }

  async record(owner: ToolOwner, { gone, seen }: SnapshotChange): Promise<void> {
    const rows = seen.map((one) => encode({ ...one, ...owner }));
    await this.#executor.write(function* () {
      yield* tellOfHeld(owner, seen);
      for (const lot of lotsOf(rows, ({ definition }) => definition.length)) yield* put(lot);
      for (const lot of lotsOf(gone)) yield* markGone(owner, lot);
      yield* forget(owner);
    });
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
  const waiting = ofOwner(owner).select('tool').where('state', '=', 'held');
  return (yield* first(waiting.where('first_seen_at', '>=', sinceMs))) !== undefined;
}

function ofOwner({ organization, server }: ToolOwner) {
  return build
    .selectFrom('tool_snapshots')
    .where('organization', '=', organization)
    .where('server', '=', server);
}

/** State and decision only ever move from held to accepted, so that a late writer takes nothing back. */
function put(rows: readonly ToolRecord[]): Work<number> {
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
  return change(update);
}

function markGone(owner: ToolOwner, tools: readonly ToolKey[]): Work<number> {
  const gone = build.updateTable('tool_snapshots').set({ offered: 0 });
  return change(
    gone
      .where('organization', '=', owner.organization)
      .where('server', '=', owner.server)
      .where(isOneOf(ofServer(owner, tools))),
  );
}

type OwnedKey = ToolKey & { readonly server: string };

function ofServer({ server }: ToolOwner, tools: readonly ToolKey[]): readonly OwnedKey[] {
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

/** What is not offered any more, beyond the bounds. */
function* forget(owner: ToolOwner): Work<void> {
  for (const tooMuch of [tooManyOfTool(owner), tooMuchOfServer(owner)])
    for (const lot of lotsOf(yield* all(tooMuch))) {
      const old = build.deleteFrom('tool_snapshots').where('organization', '=', owner.organization);
      yield* change(old.where('server', '=', owner.server).where(isOneOf(ofServer(owner, lot))));
    }
}

/** What was accepted last stays, as the next change is compared with it. */
function tooManyOfTool({ organization, server }: ToolOwner) {
  const placed = sql<ToolKey & { place: number; offered: number; state: string; place_in_state: number }>`(
    select tool, fingerprint, offered, state,
      row_number() over (partition by tool order by seen_at desc, fingerprint) as place,
      row_number() over (partition by tool, state order by seen_at desc, fingerprint) as place_in_state
    from tool_snapshots where organization = ${organization} and server = ${server})`;
  return build
    .selectFrom(placed.as('placed'))
    .select(['tool', 'fingerprint'])
    .where('place', '>', TOOL_BOUNDS.definitions)
    .where('offered', '=', 0)
    .where((one) => one.not(one.and([one('state', '=', 'accepted'), one('place_in_state', '=', 1)])));
}

function tooMuchOfServer({ organization, server }: ToolOwner) {
  const placed = sql<ToolKey & { place: number; characters: number }>`(
    select tool, fingerprint, row_number() over latest as place, sum(octet_length(definition)) over latest as characters
    from tool_snapshots where organization = ${organization} and server = ${server} and offered = 0
    window latest as (order by seen_at desc, tool, fingerprint rows unbounded preceding))`;
  return build
    .selectFrom(placed.as('placed'))
    .select(['tool', 'fingerprint'])
    .where((one) =>
      one.or([one('place', '>', TOOL_BOUNDS.gone), one('characters', '>', TOOL_BOUNDS.goneCharacters)]),
    );
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
