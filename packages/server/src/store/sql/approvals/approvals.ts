import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import {
  type Approval,
  type Decided,
  decideApproval,
  type Moment,
  type Ruling,
  stateAt,
  withdraw,
} from '../../../approvals/index.ts';
import { APPROVALS_KEPT_MS, ARGUMENTS_KEPT_MS } from '../../../limits/index.ts';
import type { ApprovalFilter, ApprovalPage, Approvals, Waiting } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { Remembered } from '../remembered.ts';
import { MAX_LOOKED_AT } from '../step-length.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { mayBeOpenSince, readPage } from './pages.ts';
import { type ApprovalTable, decode, isOpen } from './table.ts';

/** Approvals of one transaction of `sweep`, so that many that are due at once hold nobody up. */
const SETTLED_AT_ONCE = 100;

type ApprovalsParts = {
  readonly executor: SqlExecutor;
  readonly table: ApprovalTable;
  /** The store's time, which goes the same way in every process. */
  readonly nowMs: () => number;
};

/** Approvals beside the journal: what people do to them, in transactions of their own. */
export class SqlApprovals implements Approvals {
  readonly #executor: SqlExecutor;
  readonly #table: ApprovalTable;
  readonly nowMs: () => number;
  /** When something has to be done next. */
  readonly #dueAtMs: Remembered<number | undefined>;

  constructor({ nowMs, executor, table }: ApprovalsParts) {
    this.#executor = executor;
    this.#table = table;
    this.nowMs = nowMs;
    this.#dueAtMs = new Remembered(undefined, { executor, tables: ['approvals'], read: firstDue });
  }

  find(binding: string, session: string): Promise<Approval | undefined> {
    return this.#executor.read(() => this.#table.live(binding, session, this.nowMs()));
  }

  async get(id: string): Promise<Approval | undefined> {
    const found = await this.#executor.read(() => this.#table.get(id));
    return found && asOf(found, this.nowMs());
  }

  async list(filter: ApprovalFilter): Promise<readonly Approval[]> {
    return (await this.#page(filter, Number.POSITIVE_INFINITY)).approvals;
  }

  page(filter: ApprovalFilter): Promise<ApprovalPage> {
    return this.#page(filter, MAX_LOOKED_AT);
  }

  async #page(filter: ApprovalFilter, mostRows: number): Promise<ApprovalPage> {
    const nowMs = this.nowMs();
    const { approvals, next } = await readPage(this.#executor, { ...filter, nowMs }, mostRows);
    return { approvals: approvals.map((one) => asOf(one, nowMs)), ...(next === undefined ? {} : { next }) };
  }

  async argumentsOf(id: string): Promise<string | undefined> {
    const one = build.selectFrom('approvals').select('arguments').where('id', '=', id);
    const row = await this.#executor.read(() => first(one));
    if (row === undefined || row.arguments === null) return undefined;
    return this.#table.unseal(row.arguments, id);
  }

  decide(...[id, ruling, note]: Parameters<Approvals['decide']>): ReturnType<Approvals['decide']> {
    return this.#executor.write(() => this.#decide(id, ruling), note);
  }

  *#decide(id: string, ruling: Ruling): Work<Decided> {
    const table = this.#table;
    const before = yield* table.get(id);
    if (before === undefined)
      return {
        ok: false,
        code: 'not_found',
        message: `expected the id of an approval, found ${JSON.stringify(id)}`,
      };
    const decided = decideApproval(before, ruling, yield* this.#momentOf(before));
    if (!decided.ok || !decided.isNews) return decided;
    const after = decided.approval;
    // In one transaction nobody is quicker.
    if (!(yield* table.write(before, after)))
      throw new Error('an approval changed while it was being decided');
    if (after.state !== before.state) yield* table.tell('decided', after);
    return decided;
  }

  async withdraw(id: string, because: string): Promise<void> {
    const table = this.#table;
    const nowMs = this.nowMs;
    await this.#executor.write(function* () {
      const before = yield* table.get(id);
      if (before !== undefined) yield* table.write(before, withdraw(before, because, nowMs()));
    });
  }

  async sweep(): Promise<void> {
    for (;;) {
      const dueAtMs = await this.#dueAtMs.refresh();
      const nowMs = this.nowMs();
      if (dueAtMs === undefined || nowMs < dueAtMs) return;
      const settled = await this.#executor.write(() => this.#settleDue(nowMs));
      if (settled < SETTLED_AT_ONCE) return;
      await nextTurn();
    }
  }

  /** Those that nobody has decided: what has expired since the last sweep does not wait. */
  async waiting(): Promise<Waiting> {
    const nowMs = this.nowMs();
    const waiting = build
      .selectFrom('approvals')
      .select((one) => [one.fn.countAll<number>().as('count'), one.fn.min('asked_at').as('since')])
      .where('state', '=', 'waiting')
      .where('asked_at', '>=', mayBeOpenSince(nowMs))
      // Not by its index: of all that is kept something has to be done later.
      .where(sql<boolean>`due_at + 0 > ${nowMs}`);
    const found = await this.#executor.read(() => first(waiting));
    return { count: found?.count ?? 0, longestMs: Math.max(0, nowMs - (found?.since ?? nowMs)) };
  }

  watch(): () => boolean {
    return this.#executor.watch(['approvals']);
  }

  /** How many, which first expire, then lose their arguments, and at last go. */
  *#settleDue(nowMs: number): Work<number> {
    const due = yield* all(dueBy(nowMs));
    for (const row of due.filter(({ state }) => isOpen(state))) {
      const before = decode(row);
      if (before !== undefined) yield* this.#table.expire(before, nowMs);
    }
    const over = due.filter(({ state }) => !isOpen(state)).map(({ id }) => id);
    if (over.length > 0) {
      // First, as the others have none left afterwards.
      const forgotten = build.deleteFrom('approvals').where('id', 'in', over).where('arguments', 'is', null);
      yield* change(forgotten);
      // The row is due again when the whole approval is to go.
      const emptied = build.updateTable('approvals').set((one) => ({
        arguments: null,
        due_at: one('due_at', '+', APPROVALS_KEPT_MS - ARGUMENTS_KEPT_MS),
      }));
      yield* change(emptied.where('id', 'in', over));
    }
    return due.length;
  }

  *#momentOf({ grantId }: Approval): Work<Moment> {
    const query = build
      .selectFrom('grants')
      .select(['state', 'expires_at', 'owner'])
      .where('id', '=', grantId);
    const found = yield* first(query);
    const nowMs = this.nowMs();
    if (found === undefined) return { nowMs, grant: undefined };
    // Whether a grant has expired goes by the wall clock.
    const wallMs = this.#executor.clock.wallMs();
    const isOpen = found.state === 'active' && (found.expires_at === null || wallMs < found.expires_at);
    const owner = found.owner === null ? {} : { owner: found.owner };
    return { nowMs, grant: { isOpen, ...owner } };
  }
}

/** With what has expired as expired, also where nobody has written it yet. */
function asOf(approval: Approval, nowMs: number): Approval {
  const state = stateAt(approval, nowMs);
  return state === approval.state ? approval : { ...approval, state, endedAtMs: approval.expiresAtMs };
}

/** When the next one is due. */
function* firstDue(): Work<number | undefined> {
  const next = build.selectFrom('approvals').select((one) => one.fn.min('due_at').as('at'));
  return (yield* first(next))?.at ?? undefined;
}

function dueBy(nowMs: number) {
  const due = build.selectFrom('approvals').select(['id', 'state', 'record']).where('due_at', '<=', nowMs);
  return due.orderBy('due_at').limit(SETTLED_AT_ONCE);
}
