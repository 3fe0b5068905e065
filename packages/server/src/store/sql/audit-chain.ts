import { createHash } from 'node:crypto';
import type { JsonObject } from '@boomgate/engine';
import { uuidv7 } from 'uuidv7';
import type { Clock } from '../../limits/index.ts';
import type { Actor, AuditAct, AuditEntry, ChainHead, NoteOf } from '../contract.ts';
import { keyedHash } from '../keyed-hash.ts';
import { linkHash, ORIGIN, type Sealer, sealer } from './link.ts';
import { build, type MarkRecord } from './tables.ts';
import { change, first, type Work } from './work.ts';

/** Characters of JSON that one side of a change may take; policies and grants are far shorter. */
const MAX_SIDE_CHARACTERS = 65_536;
/** Characters kept of a name or an address that somebody else chose. */
const MAX_TEXT = 256;
/** Hex digits of a fingerprint: enough to tell secrets apart, too few to search for one. */
const FINGERPRINT_DIGITS = 16;
/** A stable code: nouns and verbs of lower case letters. */
const ACTION = /^[a-z_]{1,64}\.[a-z_]{1,64}$/;

type AuditChainOptions = { readonly clock: Clock; readonly key: () => Buffer };

/**
 * Rows of the audit log, each in the transaction of its change, so that the two are one. The end of the chain is read with
 * every row, as several processes write; there are few rows.
 */
export class AuditChain {
  readonly #clock: Clock;
  readonly #key: () => Buffer;
  #sealer: Sealer | undefined;
  #digest: ((text: string) => string) | undefined;

  constructor({ clock, key }: AuditChainOptions) {
    this.#clock = clock;
    this.#key = key;
  }

  /** Within a transaction in which nobody else writes: the chain must not fork. */
  *note(act: AuditAct): Work<AuditEntry> {
    const facts = { id: uuidv7(), atMs: this.#clock.wallMs(), ...bounded(act) };
    const kept = { ...facts, decisions: endOf(yield* headOf('chain_head')) };
    const last = endOf(yield* headOf('audit_head'));
    const link = last.link + 1;
    const entry = JSON.stringify(kept);
    const hash = linkHash(last.hash, link, { kind: 'act', values: [entry] });
    this.#sealer ??= sealer(this.#key(), 'audit');
    const row = { link, entry, hash, seal: this.#sealer('mark', { link, hash }) };
    yield* change(build.insertInto('audit').values(row));
    const head = { link, hash, seal: this.#sealer('head', { link, hash }) };
    const insert = build.insertInto('audit_head').values({ id: 1, ...head });
    yield* change(insert.onConflict((known) => known.column('id').doUpdateSet(head)));
    return { cursor: link, ...kept };
  }

  /** A change with the row that `note` makes of what came of it, within such a transaction: neither is there without the other. */
  *noted<Result>(work: () => Work<Result>, note: NoteOf<Result> | undefined): Work<Result> {
    const result = yield* work();
    const act = note?.(result);
    if (act !== undefined) yield* this.note(act);
    return result;
  }

  /** The same for the same secret, and nothing else of it. */
  fingerprint(secret: string): string {
    this.#digest ??= keyedHash(this.#key());
    return `fp_${this.#digest(`boomgate fingerprint ${secret}`).slice(0, FINGERPRINT_DIGITS)}`;
  }
}

/** The end of a chain as it is stored. */
export const headOf = (table: 'chain_head' | 'audit_head'): Work<MarkRecord | undefined> =>
  first(build.selectFrom(table).select(['link', 'hash', 'seal']));

export function endOf(head: MarkRecord | undefined): ChainHead {
  return head === undefined ? { link: 0, hash: ORIGIN } : { link: head.link, hash: head.hash };
}

function bounded({ action, actor, after, before, organization, target }: AuditAct): AuditAct {
  if (!ACTION.test(action))
    throw new TypeError(`expected an action such as "grant.created", found ${JSON.stringify(action)}`);
  return {
    organization,
    actor: boundedActor(actor),
    action,
    target: { kind: target.kind, id: cut(target.id), name: cut(target.name) },
    ...(before === undefined ? {} : { before: keptSide(before) }),
    ...(after === undefined ? {} : { after: keptSide(after) }),
  };
}

function boundedActor({ address, id, kind, name, via }: Actor): Actor {
  return { kind, id: cut(id), name: cut(name), via, address: cut(address) };
}

/** A side of a change as it is kept. Of what is too long it stays checkable what it was. */
export function keptSide(side: JsonObject): JsonObject {
  const text = JSON.stringify(side);
  if (text.length <= MAX_SIDE_CHARACTERS) return side;
  return { characters: text.length, sha256: createHash('sha256').update(text).digest('hex') };
}

const cut = (text: string): string => text.slice(0, MAX_TEXT);
