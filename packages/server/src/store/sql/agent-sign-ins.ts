import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { AgentSignInRecord, AgentSignIns, KeptSignInRecord } from '../contract.ts';
import { placeOfAgentSignIn } from '../sealed-places.ts';
import type { SqlRoom } from './room.ts';
import { type AgentSignInTableRecord, build } from './tables.ts';
import { all, change, first, type Work } from './work.ts';

type Row = AgentSignInTableRecord;

/** Records that are over and go when one is put: more than come meanwhile, so that none stay, and few enough that nobody waits. */
const OVER_AT_ONCE = 100;

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** One row for each record; what opens it as a hash, what is in it sealed. */
export class SqlAgentSignIns implements AgentSignIns {
  readonly #room: SqlRoom;

  constructor(room: SqlRoom) {
    this.#room = room;
  }

  async put(record: AgentSignInRecord): Promise<void> {
    const { clock, vault } = this.#room;
    await this.#room.write(function* () {
      const nowMs = clock.wallMs();
      yield* forgetOver(nowMs);
      const named = { kind: record.kind, key_hash: hashOf(record.key) };
      const values = {
        handle_hash: record.handle === undefined ? null : hashOf(record.handle),
        sign_in: record.of?.signIn ?? null,
        grant_id: record.of?.grant ?? null,
        content: vault.seal(placeOfAgentSignIn(named), record.content),
        ends_at: record.endsAtMs,
        used_at: null,
        made: yield* ordinalOf(record, nowMs),
      };
      const insert = build.insertInto('agent_sign_ins').values({ ...named, ...values });
      yield* change(insert.onConflict((taken) => taken.columns(['kind', 'key_hash']).doUpdateSet(values)));
    });
  }

  find(kind: string, key: string): Promise<KeptSignInRecord | undefined> {
    return this.#first(() =>
      notOver(this.#nowMs()).where('kind', '=', kind).where('key_hash', '=', hashOf(key)),
    );
  }

  findByHandle(kind: string, handle: string): Promise<KeptSignInRecord | undefined> {
    const like = () =>
      notOver(this.#nowMs()).where('kind', '=', kind).where('handle_hash', '=', hashOf(handle));
    return this.#first(() => like().orderBy('ends_at', 'desc').limit(1));
  }

  async useUp(kind: string, key: string): Promise<boolean> {
    const { clock } = this.#room;
    const used = await this.#room.write(() => {
      const nowMs = clock.wallMs();
      const unused = updated(kind, key).where('used_at', 'is', null).where('ends_at', '>', nowMs);
      return change(unused.set({ used_at: nowMs }));
    });
    return used > 0;
  }

  async extend(kind: string, key: string, endsAtMs: number): Promise<void> {
    const { clock } = this.#room;
    await this.#room.write(() => {
      const earlier = updated(kind, key)
        .where('ends_at', '>', clock.wallMs())
        .where('ends_at', '<', endsAtMs);
      return change(earlier.set({ ends_at: endsAtMs }));
    });
  }

  async remove(kind: string, key: string): Promise<void> {
    const removed = build.deleteFrom('agent_sign_ins').where('kind', '=', kind);
    await this.#room.write(() => change(removed.where('key_hash', '=', hashOf(key))));
  }

  end(signIn: string): Promise<string | undefined> {
    const { clock } = this.#room;
    return this.#room.write(function* () {
      const there = yield* first(notOver(clock.wallMs()).where('sign_in', '=', signIn).limit(1));
      yield* change(build.deleteFrom('agent_sign_ins').where('sign_in', '=', signIn));
      return there?.grant_id ?? undefined;
    });
  }

  ofGrant(grant: string, kind: string): Promise<readonly KeptSignInRecord[]> {
    const { clock, vault } = this.#room;
    return this.#room.read(function* () {
      const belonging = notOver(clock.wallMs()).where('grant_id', '=', grant).where('kind', '=', kind);
      const rows = yield* all(belonging.orderBy('made'));
      return rows.map((row) => decode(vault, row));
    });
  }

  async count(kind: string): Promise<number> {
    const counted = build.selectFrom('agent_sign_ins').select(sql<number>`count(*)`.as('records'));
    const ofKind = counted.where('kind', '=', kind).where('ends_at', '>', this.#nowMs());
    return Number((await this.#room.read(() => first(ofKind)))?.records ?? 0);
  }

  #first(query: () => ReturnType<typeof notOver>): Promise<KeptSignInRecord | undefined> {
    const { vault } = this.#room;
    return this.#room.read(function* () {
      const row = yield* first(query());
      return row && decode(vault, row);
    });
  }

  #nowMs(): number {
    return this.#room.clock.wallMs();
  }
}

const notOver = (nowMs: number) =>
  build.selectFrom('agent_sign_ins').selectAll().where('ends_at', '>', nowMs);

const updated = (kind: string, key: string) =>
  build.updateTable('agent_sign_ins').where('kind', '=', kind).where('key_hash', '=', hashOf(key));

function forgetOver(nowMs: number): Work<number> {
  const over = build.selectFrom('agent_sign_ins').select(['kind', 'key_hash']).where('ends_at', '<=', nowMs);
  const some = over.orderBy('ends_at').limit(OVER_AT_ONCE).$asTuple('kind', 'key_hash');
  const forgotten = build.deleteFrom('agent_sign_ins');
  return change(forgotten.where(({ eb, refTuple }) => eb(refTuple('kind', 'key_hash'), 'in', some)));
}

/** Its place among those of its kind and grant: the last one, or that of the record whose place it takes; 0 without a grant. */
function* ordinalOf({ key, kind, of }: AgentSignInRecord, nowMs: number): Work<number> {
  if (of === undefined) return 0;
  const before = yield* first(notOver(nowMs).where('kind', '=', kind).where('key_hash', '=', hashOf(key)));
  if (before?.grant_id === of.grant) return before.made;
  const others = build.selectFrom('agent_sign_ins').select('made').where('grant_id', '=', of.grant);
  const last = yield* first(others.where('kind', '=', kind).orderBy('made', 'desc').limit(1));
  return (last?.made ?? 0) + 1;
}

function decode(vault: SqlRoom['vault'], row: Row): KeptSignInRecord {
  return {
    content: vault.open(placeOfAgentSignIn(row), row.content),
    endsAtMs: row.ends_at,
    ...(row.used_at === null ? {} : { usedAtMs: row.used_at }),
  };
}
