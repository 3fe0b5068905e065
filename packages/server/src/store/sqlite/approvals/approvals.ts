import { sql } from 'kysely';
import { type Approval, decideApproval, type Moment, stateAt, withdraw } from '../../../approvals/index.ts';
import type { Approvals, Secrets } from '../../contract.ts';
import { build } from '../../sql/tables.ts';
import { type Database, transact } from '../driver.ts';
import { toStoreError } from '../errors.ts';
import { contains } from '../log-query.ts';
import { rows, statementOf } from '../statements.ts';
import { unseal } from './sealed.ts';
import { type ApprovalTable, decode, FORGETTING } from './table.ts';

/** What a text is looked for in; votes as they are kept, with names and notes. */
const SEARCHED = [
  'tool',
  'server',
  'grantName',
  'rule',
  'message',
  'votes',
] as const satisfies readonly (keyof Approval)[];

/** Those of one moment are in the order of their ids, so that a page has one beginning. */
function listQuery({ after, limit, organization, states, text }: Parameters<Approvals['list']>[0]) {
  let query = build
    .selectFrom('approvals')
    .select('record')
    .orderBy('asked_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (organization !== undefined)
    query = query.where(sql<boolean>`record ->> '$.organization' = ${organization}`);
  if (text !== undefined) {
    const found = SEARCHED.map((name) => contains(sql`record ->> ${sql.lit(name)}`, text));
    query = query.where(sql<boolean>`(${sql.join(found, sql` or `)})`);
  }
  if (states !== undefined) query = query.where('state', 'in', [...states]);
  if (after !== undefined)
    query = query.where(sql<boolean>`(asked_at, id) < (${after.askedAtMs}, ${after.id})`);
  return query;
}

export type ApprovalsRoom = {
  readonly database: Database;
  readonly table: ApprovalTable;
  readonly file: string;
  /** The store's time, which goes the same way in every process. */
  readonly nowMs: () => number;
  /** For what must not be judged by the wall clock of this process: whether a grant has expired. */
  readonly wallMs: () => number;
  readonly secrets: Secrets;
};

const WAITING = "select count(*) as n from approvals where state = 'waiting' and due_at > ?";

/** Approvals beside the journal: what people do to them, in transactions of their own between two groups. */
export class SqliteApprovals implements Approvals {
  readonly #room: ApprovalsRoom;
  /** Whether something may be due: what was written since the last look, here or elsewhere. */
  readonly #changed: () => boolean;
  #dueAtMs: number | undefined;
  #isStale = false;

  constructor(room: ApprovalsRoom) {
    this.#room = room;
    this.#changed = this.watch();
    this.#dueAtMs = this.#readDue();
  }

  nowMs(): number {
    return this.#room.nowMs();
  }

  find(binding: string, session: string): Approval | undefined {
    return this.#read(() => this.#room.table.live(binding, session, this.nowMs()));
  }

  get(id: string): Approval | undefined {
    return this.#asOfNow(this.#read(() => this.#room.table.get(id)));
  }

  async list(filter: Parameters<Approvals['list']>[0]): Promise<readonly Approval[]> {
    const { states } = filter;
    const found = this.#read(() => rows(this.#room.database, listQuery(filter)));
    const now = found.flatMap((row) => this.#asOfNow(decode(row)) ?? []);
    return states === undefined ? now : now.filter(({ state }) => states.includes(state));
  }

  async argumentsOf(id: string): Promise<string | undefined> {
    const { database, secrets } = this.#room;
    const query = build.selectFrom('approvals').select('arguments').where('id', '=', id);
    const [row] = this.#read(() => rows(database, query));
    if (row === undefined || row.arguments === null) return undefined;
    return unseal(row.arguments, secrets.key('approval-seal'), id);
  }

  async decide(...[id, ruling]: Parameters<Approvals['decide']>): ReturnType<Approvals['decide']> {
    const { table } = this.#room;
    return this.#write(() => {
      const before = table.get(id);
      if (before === undefined)
        return {
          ok: false,
          code: 'not_found',
          message: `expected the id of an approval, found ${JSON.stringify(id)}`,
        };
      const decided = decideApproval(before, ruling, this.#momentOf(before));
      if (!decided.ok || !decided.isNews) return decided;
      const after = decided.approval;
      // In one transaction nobody is quicker.
      if (!table.write(before, after)) throw new Error('an approval changed while it was being decided');
      if (after.state !== before.state) table.tell('decided', after);
      return decided;
    });
  }

  async withdraw(id: string, because: string): Promise<void> {
    const { table } = this.#room;
    this.#write(() => {
      const before = table.get(id);
      if (before !== undefined) table.write(before, withdraw(before, because, this.nowMs()));
    });
  }

  sweep(): void {
    this.#isStale ||= this.#changed();
    if (this.#isStale) this.#dueAtMs = this.#readDue();
    this.#isStale = false;
    const nowMs = this.nowMs();
    if (this.#dueAtMs === undefined || nowMs < this.#dueAtMs) return;
    this.#write(() => this.#settleDue(nowMs));
    this.#dueAtMs = this.#readDue();
  }

  /** How many nobody has decided: what has expired since the last sweep does not wait. */
  waiting(): number {
    return this.#read(
      () => statementOf<{ n: number }>(this.#room.database, WAITING).get(this.nowMs())?.n ?? 0,
    );
  }

  watch(): () => boolean {
    const { database, table } = this.#room;
    const look = (): string => `${database.pragma('data_version', { simple: true })} ${table.written}`;
    let seen = this.#read(look);
    return () => {
      const now = this.#read(look);
      const isNews = now !== seen;
      seen = now;
      return isNews;
    };
  }

  #settleDue(nowMs: number): void {
    const { database, table } = this.#room;
    const due = build
      .selectFrom('approvals')
      .select('record')
      .where('due_at', '<=', nowMs)
      .where('state', 'in', ['waiting', 'approved']);
    for (const row of rows(database, due)) {
      const before = decode(row);
      if (before !== undefined) table.expire(before, nowMs);
    }
    database.prepare(FORGETTING.arguments).run(nowMs);
    database.prepare(FORGETTING.approvals).run(nowMs);
  }

  #readDue(): number | undefined {
    const { database } = this.#room;
    const first = database.prepare<{ at: number | null }>('select min(due_at) as at from approvals');
    return this.#read(() => first.get()?.at ?? undefined);
  }

  #momentOf({ grantId }: Approval): Moment {
    const { database, wallMs } = this.#room;
    const query = build
      .selectFrom('grants')
      .select(['state', 'expires_at', 'owner'])
      .where('id', '=', grantId);
    const [found] = rows(database, query);
    if (found === undefined) return { nowMs: this.nowMs(), grant: undefined };
    const isOpen = found.state === 'active' && (found.expires_at === null || wallMs() < found.expires_at);
    const owner = found.owner === null ? {} : { owner: found.owner };
    return { nowMs: this.nowMs(), grant: { isOpen, ...owner } };
  }

  #asOfNow(approval: Approval | undefined): Approval | undefined {
    if (approval === undefined) return undefined;
    const state = stateAt(approval, this.nowMs());
    return state === approval.state ? approval : { ...approval, state, endedAtMs: approval.expiresAtMs };
  }

  #read<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.#room.file);
    }
  }

  #write<Result>(work: () => Result): Result {
    return this.#read(() => transact(this.#room.database, work));
  }
}
