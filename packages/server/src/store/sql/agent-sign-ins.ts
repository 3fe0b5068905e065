import { createHash } from 'node:crypto';
import type { AgentSignInRecord, AgentSignIns, KeptSignInRecord } from '../contract.ts';
import { placeOfAgentSignIn } from '../sealed-columns.ts';
import type { SqlExecutor } from './executor.ts';
import { type AgentSignInTableRecord, build } from './tables.ts';
import { all, change, first, type Work } from './work.ts';

type Row = AgentSignInTableRecord;

/** Records that go in one transaction: more than come meanwhile, so that none stay, and few enough that nobody waits. */
const AT_ONCE = 100;

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** One row for each record; what opens it as a hash, what is in it sealed. */
export class SqlAgentSignIns implements AgentSignIns {
  readonly #executor: SqlExecutor;
  readonly #nowMs: () => number;

  /** Ends are those of `nowMs`: for a replica whose clock is ahead, a code of another would be over as it begins. */
  constructor(executor: SqlExecutor, nowMs: () => number) {
    this.#executor = executor;
    this.#nowMs = nowMs;
  }

  async put(record: AgentSignInRecord): Promise<void> {
    const { vault } = this.#executor;
    const nowMs = this.#nowMs();
    await this.#executor.write(function* () {
      yield* forget(KEYS.where('ends_at', '<=', nowMs).orderBy('ends_at').limit(AT_ONCE));
      const named = { kind: record.kind, key_hash: hashOf(record.key) };
      const values = {
        sign_in: record.of?.signIn ?? null,
        grant_id: record.of?.grant ?? null,
        person: record.person ?? null,
        content: vault.seal(placeOfAgentSignIn(named), record.content),
        ends_at: record.endsAtMs,
        used_at: null,
      };
      const insert = build.insertInto('agent_sign_ins').values({ ...named, ...values });
      yield* change(insert.onConflict((taken) => taken.columns(['kind', 'key_hash']).doUpdateSet(values)));
    });
  }

  find(kind: string, key: string): Promise<KeptSignInRecord | undefined> {
    const { vault } = this.#executor;
    const nowMs = this.#nowMs();
    return this.#executor.read(function* () {
      const named = notOver(nowMs).where('kind', '=', kind).where('key_hash', '=', hashOf(key));
      const row = yield* first(named);
      return row && decode(vault, row);
    });
  }

  async useUp(kind: string, key: string): Promise<boolean> {
    const used = await this.#executor.write(() => {
      const nowMs = this.#nowMs();
      const unused = updated(kind, key).where('used_at', 'is', null).where('ends_at', '>', nowMs);
      return change(unused.set({ used_at: nowMs }));
    });
    return used > 0;
  }

  async extend(kind: string, key: string, endsAtMs: number): Promise<void> {
    await this.#executor.write(() => {
      const earlier = updated(kind, key).where('ends_at', '>', this.#nowMs()).where('ends_at', '<', endsAtMs);
      return change(earlier.set({ ends_at: endsAtMs }));
    });
  }

  async remove(kind: string, key: string): Promise<void> {
    const removed = build.deleteFrom('agent_sign_ins').where('kind', '=', kind);
    await this.#executor.write(() => change(removed.where('key_hash', '=', hashOf(key))));
  }

  async end(signIn: string): Promise<void> {
    await this.#executor.write(() =>
      change(build.deleteFrom('agent_sign_ins').where('sign_in', '=', signIn)),
    );
  }

  ofGrant(grant: string, kind: string): Promise<readonly KeptSignInRecord[]> {
    return this.#every(kind, (rows) => rows.where('grant_id', '=', grant));
  }

  ofPerson(person: string, kind: string): Promise<readonly KeptSignInRecord[]> {
    return this.#every(kind, (rows) => rows.where('person', '=', person));
  }

  #every(kind: string, belonging: (rows: Rows) => Rows): Promise<readonly KeptSignInRecord[]> {
    const { vault } = this.#executor;
    const nowMs = this.#nowMs();
    return this.#executor.read(function* () {
      const rows = yield* all(belonging(notOver(nowMs).where('kind', '=', kind)));
      return rows.map((row) => decode(vault, row));
    });
  }

  async trim(kind: string, { endingBeforeMs, most }: Parameters<AgentSignIns['trim']>[1]): Promise<void> {
    const of = KEYS.where('kind', '=', kind).where('ends_at', '<', endingBeforeMs);
    await this.#executor.write(() => forget(of.orderBy('ends_at', 'desc').limit(AT_ONCE).offset(most)));
  }
}

const notOver = (nowMs: number) =>
  build.selectFrom('agent_sign_ins').selectAll().where('ends_at', '>', nowMs);

type Rows = ReturnType<typeof notOver>;

const updated = (kind: string, key: string) =>
  build.updateTable('agent_sign_ins').where('kind', '=', kind).where('key_hash', '=', hashOf(key));

const KEYS = build.selectFrom('agent_sign_ins').select(['kind', 'key_hash']);

function forget(some: typeof KEYS): Work<number> {
  const keys = some.$asTuple('kind', 'key_hash');
  const forgotten = build.deleteFrom('agent_sign_ins');
  return change(forgotten.where(({ eb, refTuple }) => eb(refTuple('kind', 'key_hash'), 'in', keys)));
}

function decode(vault: SqlExecutor['vault'], row: Row): KeptSignInRecord {
  return {
    content: vault.open(placeOfAgentSignIn(row), row.content),
    endsAtMs: row.ends_at,
    ...(row.used_at === null ? {} : { usedAtMs: row.used_at }),
  };
}
