import { randomBytes, randomUUID } from 'node:crypto';
import {
  type Approval,
  type ApprovalAsk,
  type ApprovalEvent,
  expire,
  isRemembered,
  stateAt,
  withdraw,
} from '../../../approvals/index.ts';
import { APPROVALS_KEPT_MS, ARGUMENTS_KEPT_MS, MAX_WAITING_APPROVALS } from '../../../limits/index.ts';
import type { Asked } from '../../contract.ts';
import type { Database, Statement } from '../driver.ts';
import { seal } from './sealed.ts';

const ID_BYTES = 16;
/** Approvals of the same call that are looked at: several sessions may have one that is remembered. */
const LOOKED_AT = 8;

type Kept = { readonly record: string };

/** Ended states, in SQL. */
const ENDED = "state not in ('waiting', 'approved')";

/**
 * The approvals as rows. Writes into the transaction that is open, so that what happens to an approval is committed with what
 * belongs to it: a row of the log, a reservation, an event for others.
 */
export class ApprovalTable {
  readonly #sealKey: () => Buffer;
  readonly #byId: Statement<Kept>;
  readonly #byBinding: Statement<Kept>;
  readonly #openOfGrant: Statement<Kept>;
  readonly #insert: Statement<unknown>;
  readonly #update: Statement<unknown>;
  readonly #event: Statement<unknown>;
  /** Goes up with everything that this process writes. */
  written = 0;

  constructor(database: Database, sealKey: () => Buffer) {
    this.#sealKey = sealKey;
    this.#byId = database.prepare('select record from approvals where id = ?');
    this.#byBinding = database.prepare(
      'select record from approvals where binding = ? order by asked_at desc, rowid desc limit ?',
    );
    this.#openOfGrant = database.prepare(
      "select record from approvals where grant_id = ? and state in ('waiting', 'approved')",
    );
    this.#insert = database.prepare(
      'insert into approvals (id, binding, call, grant_id, state, asked_at, due_at, record, arguments) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#update = database.prepare(
      'update approvals set state = ?, due_at = ?, record = ? where id = ? and state = ?',
    );
    this.#event = database.prepare('insert into approval_events (id, kind, at, record) values (?, ?, ?, ?)');
  }

  get(id: string): Approval | undefined {
    return decode(this.#byId.get(id));
  }

  /** What there is for this very call: one that is remembered, else the newest, before which all others have ended. */
  live(binding: string, session: string, nowMs: number): Approval | undefined {
    const found = this.#byBinding.all(binding, LOOKED_AT).flatMap((row) => decode(row) ?? []);
    const [newest] = found;
    if (newest === undefined) return undefined;
    const state = stateAt(newest, nowMs);
    const isHeld = state === 'refused' && nowMs < newest.expiresAtMs;
    return isHeld
      ? newest
      : (found.find((one) => isRemembered(one, { nowMs, session })) ??
          (state === 'waiting' || state === 'approved' ? newest : undefined));
  }

  /** What asking would come to; writes nothing. */
  prepare(ask: ApprovalAsk, nowMs: number): Asked {
    const known = this.live(ask.binding, ask.session, nowMs);
    if (known !== undefined) return { kind: 'joined', approval: known };
    const waiting = this.#of(ask.grantId).filter((one) => stateAt(one, nowMs) === 'waiting');
    const others = waiting.filter((one) => one.call !== ask.call);
    if (others.length >= MAX_WAITING_APPROVALS) return { kind: 'full' };
    const id = `apr_${randomBytes(ID_BYTES).toString('hex')}`;
    const times = { askedAtMs: nowMs, expiresAtMs: nowMs + ask.terms.timeoutMs };
    return { kind: 'asked', approval: { ...ask, id, state: 'waiting', ...times, votes: [] } };
  }

  /** Writes an approval that was asked for. What waits for the same call under other rules can serve nobody any more. */
  add(approval: Approval, args: string): void {
    const { askedAtMs, binding, call, grantId, id, state } = approval;
    for (const other of this.#of(grantId)) {
      if (other.call !== call || this.expire(other, askedAtMs)) continue;
      this.write(other, withdraw(other, 'the rules for this call have changed', askedAtMs));
    }
    const sealed = seal(args, this.#sealKey(), id);
    const record = JSON.stringify(approval);
    this.#insert.run(id, binding, call, grantId, state, askedAtMs, dueAt(approval), record, sealed);
    this.written += 1;
    this.tell('asked', approval);
  }

  /** Replaces an approval by what became of it; false when somebody else was quicker. */
  write(before: Approval, after: Approval): boolean {
    if (after === before) return true;
    const done = this.#update.run(after.state, dueAt(after), JSON.stringify(after), before.id, before.state);
    this.written += 1;
    return done.changes === 1;
  }

  /** Writes one that has expired as expired; false when it has not. */
  expire(before: Approval, nowMs: number): boolean {
    const after = expire(before, nowMs);
    if (after === undefined || !this.write(before, after)) return false;
    this.tell('expired', after);
    return true;
  }

  tell(kind: ApprovalEvent, approval: Approval): void {
    const atMs = approval.endedAtMs ?? approval.decidedAtMs ?? approval.askedAtMs;
    this.#event.run(randomUUID(), kind, atMs, JSON.stringify(approval));
  }

  #of(grantId: string): readonly Approval[] {
    return this.#openOfGrant.all(grantId).flatMap((row) => decode(row) ?? []);
  }
}

/** When something has to be done: first it expires, then its arguments are forgotten, at last itself. */
function dueAt({ endedAtMs, expiresAtMs, state }: Approval): number {
  const isOpen = state === 'waiting' || state === 'approved';
  return isOpen || endedAtMs === undefined ? expiresAtMs : endedAtMs + ARGUMENTS_KEPT_MS;
}

/** What is forgotten of ended approvals, in this order; parameters: the time, by which each is due. */
export const FORGETTING = {
  /** The row is due again when the whole approval is to go. */
  arguments: `update approvals set arguments = null, due_at = due_at + ${APPROVALS_KEPT_MS - ARGUMENTS_KEPT_MS}
    where due_at <= ? and ${ENDED} and arguments is not null`,
  approvals: `delete from approvals where due_at <= ? and ${ENDED} and arguments is null`,
} as const;

export function decode(row: Kept | undefined): Approval | undefined {
  // A cast: only this table writes the column.
  return row === undefined ? undefined : (JSON.parse(row.record) as Approval);
}
