import type { JsonObject } from '@boomgate/engine';
import { TOOL_BOUNDS } from '../../limits/index.ts';
import {
  type KnownTool,
  type SnapshotChange,
  StoreError,
  type ToolClassification,
  type ToolDecider,
  type ToolKey,
  type ToolOwner,
  type ToolSnapshot,
  type ToolSnapshots,
} from '../contract.ts';
import { build, type ToolRecord } from '../sql/tables.ts';
import { type Database, transact } from './driver.ts';
import { toStoreError } from './errors.ts';
import type { Room } from './room.ts';
import { rows, statementOf } from './statements.ts';

/** State and decision only ever move from held to accepted, so that a late writer takes nothing back. */
const PUT = `
  insert into tool_snapshots (organization, server, tool, fingerprint, definition, classification, state, offered,
    first_seen_at, seen_at, decided_at, decided_by) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict do update set offered = excluded.offered, seen_at = excluded.seen_at, classification = excluded.classification,
    state = iif(excluded.state = 'accepted', 'accepted', state),
    decided_at = coalesce(decided_at, excluded.decided_at), decided_by = coalesce(decided_by, excluded.decided_by)`;
const KNOWN = `
  select tool, fingerprint, classification, state, offered, first_seen_at, seen_at, decided_at, decided_by
  from tool_snapshots where organization = ? and server = ? order by tool, seen_at desc`;
const OF_TOOL = 'organization = ? and server = ? and tool = ?';
const GONE = `update tool_snapshots set offered = 0 where ${OF_TOOL} and fingerprint = ?`;
const ACCEPT = `
  update tool_snapshots set state = 'accepted', decided_at = ?, decided_by = 'person'
  where ${OF_TOOL} and fingerprint = ? and state = 'held' and seen_at = (
    select max(seen_at) from tool_snapshots where ${OF_TOOL} and state = 'held')`;
/** What was accepted last stays, as the next change is compared with it. */
const FORGET_OF_TOOL = `
  delete from tool_snapshots where rowid in (
    select rowid from (
      select rowid, offered, state, row_number() over (order by seen_at desc, rowid desc) as place,
        row_number() over (partition by state order by seen_at desc, rowid desc) as place_in_state
      from tool_snapshots where ${OF_TOOL})
    where place > ? and offered = 0 and not (state = 'accepted' and place_in_state = 1))`;
const FORGET_OF_SERVER = `
  delete from tool_snapshots where rowid in (
    select rowid from (
      select rowid, row_number() over latest as place, sum(length(definition)) over latest as characters
      from tool_snapshots where organization = ? and server = ? and offered = 0
      window latest as (order by seen_at desc, rowid desc))
    where place > ? or characters > ?)`;

/** The definitions of tools; each write is a short transaction of its own between two groups of the journal. */
export class SqliteTools implements ToolSnapshots {
  readonly #room: Room;
  #dataVersion: unknown;
  /** By whoever decides in this process, of which its own listings have not heard. */
  #isAccepted = false;

  constructor(room: Room) {
    this.#room = room;
    this.#dataVersion = dataVersion(room.database);
  }

  async list({ organization, server, tool }: Parameters<ToolSnapshots['list']>[0]): Promise<ToolSnapshot[]> {
    const all = build.selectFrom('tool_snapshots').selectAll().where('organization', '=', organization);
    const ofServer = server === undefined ? all : all.where('server', '=', server);
    const found = tool === undefined ? ofServer : ofServer.where('tool', '=', tool);
    return this.#try(() =>
      rows(this.#room.database, found.orderBy('server').orderBy('tool').orderBy('seen_at', 'desc')).map(
        decode,
      ),
    );
  }

  async known({ organization, server }: ToolOwner): Promise<readonly KnownTool[]> {
    return this.#try(() =>
      statementOf<Omit<ToolRecord, 'definition'>>(this.#room.database, KNOWN)
        .all(organization, server)
        .map(decodeKnown),
    );
  }

  async record({ organization, server }: ToolOwner, { gone, seen }: SnapshotChange): Promise<void> {
    this.#write((database) => {
      const put = database.prepare(PUT);
      for (const one of seen) put.run(...encode({ ...one, organization, server }));
      const go = database.prepare(GONE);
      for (const { fingerprint, tool } of gone) go.run(organization, server, tool, fingerprint);
      const forget = database.prepare(FORGET_OF_TOOL);
      for (const tool of new Set(seen.map((one) => one.tool)))
        forget.run(organization, server, tool, TOOL_BOUNDS.definitions);
      database
        .prepare(FORGET_OF_SERVER)
        .run(organization, server, TOOL_BOUNDS.gone, TOOL_BOUNDS.goneCharacters);
    });
  }

  async accept({ organization, server }: ToolOwner, tools: readonly ToolKey[]): Promise<boolean> {
    const atMs = this.#room.clock.wallMs();
    try {
      this.#write((database) => {
        const update = database.prepare(ACCEPT);
        for (const { fingerprint, tool } of tools) {
          const key = [organization, server, tool];
          if (update.run(atMs, ...key, fingerprint, ...key).changes === 0) throw new NotAsItWas();
        }
      });
      this.#isAccepted = true;
      return true;
    } catch (error) {
      if (error instanceof StoreError && error.cause instanceof NotAsItWas) return false;
      throw error;
    }
  }

  hasNews(): boolean {
    return this.#try(() => {
      const version = dataVersion(this.#room.database);
      const isNew = version !== this.#dataVersion || this.#isAccepted;
      this.#dataVersion = version;
      this.#isAccepted = false;
      return isNew;
    });
  }

  #write(work: (database: Database) => void): void {
    this.#try(() => transact(this.#room.database, () => work(this.#room.database)));
  }

  #try<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.#room.file);
    }
  }
}

/** Takes back a transaction in which one of several tools cannot be accepted. */
class NotAsItWas extends Error {}

function dataVersion(database: Database): unknown {
  return database.pragma('data_version', { simple: true });
}

function encode(one: ToolSnapshot): readonly unknown[] {
  return [
    one.organization,
    one.server,
    one.tool,
    one.fingerprint,
    JSON.stringify(one.definition),
    JSON.stringify(one.classification),
    one.state,
    one.isOffered ? 1 : 0,
    one.firstSeenAtMs,
    one.seenAtMs,
    one.decidedAtMs ?? null,
    one.decidedBy ?? null,
  ];
}

function decode(record: ToolRecord): ToolSnapshot {
  const { definition, organization, server } = record;
  // A cast: only `encode` writes this column.
  return { organization, server, definition: JSON.parse(definition) as JsonObject, ...decodeKnown(record) };
}

function decodeKnown(record: Omit<ToolRecord, 'definition'>): KnownTool {
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
