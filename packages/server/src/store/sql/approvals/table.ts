import { randomBytes } from 'node:crypto';
import type { Role } from '@boomgate/contract';
import { sql } from 'kysely';
import {
  type Approval,
  type ApprovalAsk,
  type ApprovalEvent,
  type ApprovalState,
  DECLINED,
  expire,
  isRemembered,
  keepsPlace,
  stateAt,
  withdraw,
} from '../../../approvals/index.ts';
import { ARGUMENTS_KEPT_MS, MAX_WAITING_APPROVALS } from '../../../limits/index.ts';
import { decrypt, encrypt } from '../../aes-gcm.ts';
import { type Asked, StoreError } from '../../contract.ts';
import { memberText } from '../dialect.ts';
import { tellOthers } from '../events.ts';
import { memberOf } from '../people/index.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';

const ID_BYTES = 16;
/** Approvals of the same call that are looked at: several sessions may have one that is remembered. */
const LOOKED_AT = 8;
/** States that have not ended. */
export const OPEN: readonly string[] = ['waiting', 'approved'] satisfies readonly ApprovalState[];

/**
 * The approvals as rows. Writes into the transaction that is open, so that what happens to an approval is committed with what
 * belongs to it: a row of the log, a reservation, an event for others.
 */
export class ApprovalTable {
  readonly #sealKey: () => Buffer;

  constructor(sealKey: () => Buffer) {
    this.#sealKey = sealKey;
  }

  /** The canonical arguments out of their column. Throws `StoreError` with code `unreadable` when they are not as they were sealed. */
  unseal(sealed: Uint8Array, id: string): string {
    try {
      return decrypt(this.#sealKey(), Buffer.from(sealed), boundTo(id)).toString();
    } catch (cause) {
      const text = `the arguments of ${id} cannot be opened: they were changed, or are those of another approval. Deny it, and look at what else was changed with "boomgate audit verify"`;
      throw new StoreError('unreadable', text, { cause });
    }
  }

  *get(id: string): Work<Approval | undefined> {
    const one = build.selectFrom('approvals').select('record').where('id', '=', id);
    return decode(yield* first(one));
  }

  /** What there is for this very call: one that is remembered, else the newest, before which all others have ended. */
  *live(binding: string, session: string, nowMs: number): Work<Approval | undefined> {
    const found = yield* this.#ofBinding(binding);
    const [newest] = found;
    if (newest === undefined) return undefined;
    const state = stateAt(newest, nowMs);
    const isHeld = state === 'refused' && nowMs < newest.expiresAtMs;
    return isHeld
      ? newest
      : (found.find((one) => isRemembered(one, { nowMs, session })) ?? (isOpen(state) ? newest : undefined));
  }

  /** What asking would come to; writes nothing. */
  *prepare(ask: ApprovalAsk, nowMs: number): Work<Asked> {
    const known = yield* this.live(ask.binding, ask.session, nowMs);
    if (known !== undefined) return { kind: 'joined', approval: known };
    const open = yield* this.#ofGrant(ask.grantId);
    const others = open.filter((one) => stateAt(one, nowMs) === 'waiting' && one.call !== ask.call);
    const takenBack = yield* this.#takenBack(ask, nowMs);
    if (others.length + takenBack.length >= MAX_WAITING_APPROVALS) return { kind: 'full' };
    const id = `apr_${randomBytes(ID_BYTES).toString('hex')}`;
    const times = { askedAtMs: nowMs, expiresAtMs: nowMs + ask.terms.timeoutMs };
    return { kind: 'asked', approval: { ...ask, id, state: 'waiting', ...times, votes: [] } };
  }

  /** Writes an approval that was asked for. What waits for the same call under other rules can serve nobody any more. */
  *add(approval: Approval, args: string): Work<void> {
    const { askedAtMs, binding, call, grantId, id, state } = approval;
    for (const other of yield* this.#ofGrant(grantId)) {
      if (other.call !== call || (yield* this.expire(other, askedAtMs))) continue;
      yield* this.write(other, withdraw(other, 'the rules for this call have changed', askedAtMs));
    }
    const times = { asked_at: askedAtMs, due_at: dueAt(approval) };
    const row = { id, binding, call, grant_id: grantId, state, ...times, record: JSON.stringify(approval) };
    yield* change(build.insertInto('approvals').values({ ...row, arguments: this.#seal(args, id) }));
    yield* this.tell('asked', approval);
  }

  /** Replaces an approval by what became of it; false when somebody else was quicker. */
  *write(before: Approval, after: Approval): Work<boolean> {
    if (after === before) return true;
    const update = build
      .updateTable('approvals')
      .set({ state: after.state, due_at: dueAt(after), record: JSON.stringify(after) });
    const changed = yield* change(update.where('id', '=', before.id).where('state', '=', before.state));
    return changed === 1;
  }

  /** Writes one that has expired as expired; false when it has not. */
  *expire(before: Approval, nowMs: number): Work<boolean> {
    const after = expire(before, nowMs);
    if (after === undefined || !(yield* this.write(before, after))) return false;
    yield* this.tell('expired', after);
    return true;
  }

  *tell(kind: ApprovalEvent, approval: Approval): Work<void> {
    const atMs = approval.endedAtMs ?? approval.decidedAtMs ?? approval.askedAtMs;
    yield* tellOthers({ kind, atMs, about: approval });
  }

  /** Which role each person who voted has now, by their id. */
  *rolesOfVoters({ organization, votes }: Approval): Work<ReadonlyMap<string, Role>> {
    const roles = new Map<string, Role>();
    for (const { by } of votes) {
      const member = yield* memberOf(organization, by.id);
      if (member !== undefined) roles.set(by.id, member.role);
    }
    return roles;
  }

  #seal(args: string, id: string): Buffer {
    return encrypt(this.#sealKey(), Buffer.from(args), boundTo(id));
  }

  /** The newest first; of those of one moment, what is open was asked for after the others had ended. */
  *#ofBinding(binding: string): Work<readonly Approval[]> {
    const newest = build
      .selectFrom('approvals')
      .select('record')
      .where('binding', '=', binding)
      .orderBy('asked_at', 'desc')
      .limit(LOOKED_AT);
    const found = (yield* all(newest)).flatMap((row) => decode(row) ?? []);
    return found.toSorted((one, other) => other.askedAtMs - one.askedAtMs || rankOf(one) - rankOf(other));
  }

  /** What agents of the grant took back before its time was over, as many as may wait at most. */
  *#takenBack({ grantId, terms }: ApprovalAsk, nowMs: number): Work<readonly Approval[]> {
    const newest = build
      .selectFrom('approvals')
      .select('record')
      .where('grant_id', '=', grantId)
      .where('state', '=', 'withdrawn')
      .where('asked_at', '>', nowMs - terms.timeoutMs)
      .where(sql<boolean>`${memberText(sql.ref('record'), 'because')} = ${DECLINED}`)
      .orderBy('asked_at', 'desc')
      .limit(MAX_WAITING_APPROVALS);
    return (yield* all(newest)).flatMap((row) => decode(row) ?? []).filter((one) => keepsPlace(one, nowMs));
  }

  *#ofGrant(grantId: string): Work<readonly Approval[]> {
    const open = build.selectFrom('approvals').select('record').where('grant_id', '=', grantId);
    return (yield* all(open.where('state', 'in', OPEN))).flatMap((row) => decode(row) ?? []);
  }
}

/** Arguments at rest are bound to the approval that they belong to, so that they cannot be put under another. */
const boundTo = (id: string): Buffer => Buffer.from(`boomgate approval arguments 1\0${id}`);

/** Whether it has not ended, by what was written of it. */
export function isOpen(state: string): boolean {
  return OPEN.includes(state);
}

function rankOf({ state }: Approval): number {
  return isOpen(state) ? 0 : state === 'refused' ? 1 : 2;
}

/** When something has to be done: first it expires, then its arguments are forgotten, at last itself. */
function dueAt({ endedAtMs, expiresAtMs, state }: Approval): number {
  return isOpen(state) || endedAtMs === undefined ? expiresAtMs : endedAtMs + ARGUMENTS_KEPT_MS;
}

export function decode(row: { readonly record: string } | undefined): Approval | undefined {
  // A cast: only this table writes the column.
  return row === undefined ? undefined : (JSON.parse(row.record) as Approval);
}
