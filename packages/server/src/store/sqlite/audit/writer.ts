import { createHash } from 'node:crypto';
import type { JsonObject } from '@boomgate/engine';
import { uuidv7 } from 'uuidv7';
import type { Clock } from '../../../limits/index.ts';
import type { Actor, AuditAct, AuditEntry } from '../../contract.ts';
import { keyedHash } from '../../keyed-hash.ts';
import { linkHash, type Sealer, sealer } from '../chain/link.ts';
import { endOf, headOf } from '../chain/stored.ts';
import type { Database } from '../driver.ts';

/** Characters of JSON that one side of a change may take; policies and grants are far shorter. */
export const MAX_SIDE_CHARACTERS = 65_536;
/** Characters kept of a name or an address that somebody else chose. */
export const MAX_TEXT = 256;
/** Hex digits of a fingerprint: enough to tell secrets apart, too few to search for one. */
const FINGERPRINT_DIGITS = 16;
/** A stable code: nouns and verbs of lower case letters. */
const ACTION = /^[a-z_]{1,64}\.[a-z_]{1,64}$/;

export type AuditWriterOptions = { readonly clock: Clock; readonly key: () => Buffer };

/**
 * Leaves rows in the transaction that is open, so that a change and its record are one. The end of the chain is read with
 * every row, as the command line and the gateway both write; there are few rows.
 */
export class AuditWriter {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #key: () => Buffer;
  #sealer: Sealer | undefined;
  #digest: ((text: string) => string) | undefined;

  constructor(database: Database, { clock, key }: AuditWriterOptions) {
    this.#database = database;
    this.#clock = clock;
    this.#key = key;
  }

  /** Throws outside of a transaction: the chain must not fork. */
  write(act: AuditAct): AuditEntry {
    if (!this.#database.inTransaction) throw new TypeError('expected an open transaction, found none');
    const facts = { id: uuidv7(), atMs: this.#clock.wallMs(), ...bounded(act) };
    const kept = { ...facts, decisions: endOf(headOf(this.#database, 'chain_head')) };
    const last = endOf(headOf(this.#database, 'audit_head'));
    const link = last.link + 1;
    const entry = JSON.stringify(kept);
    const hash = linkHash(last.hash, link, { kind: 'act', values: [entry] });
    this.#sealer ??= sealer(this.#key(), 'audit');
    this.#database
      .prepare('insert into audit (link, entry, hash, seal) values (?, ?, ?, ?)')
      .run(link, entry, hash, this.#sealer('mark', { link, hash }));
    this.#database
      .prepare('insert or replace into audit_head (id, link, hash, seal) values (1, ?, ?, ?)')
      .run(link, hash, this.#sealer('head', { link, hash }));
    return { cursor: link, ...kept };
  }

  fingerprint(secret: string): string {
    this.#digest ??= keyedHash(this.#key());
    return `fp_${this.#digest(`boomgate fingerprint ${secret}`).slice(0, FINGERPRINT_DIGITS)}`;
  }
}

function bounded({ action, actor, after, before, organization, target }: AuditAct): AuditAct {
  if (!ACTION.test(action))
    throw new TypeError(`expected an action such as "grant.created", found ${JSON.stringify(action)}`);
  return {
    organization,
    actor: boundedActor(actor),
    action,
    target: { kind: target.kind, id: cut(target.id), name: cut(target.name) },
    ...(before === undefined ? {} : { before: boundedSide(before) }),
    ...(after === undefined ? {} : { after: boundedSide(after) }),
  };
}

function boundedActor({ address, id, kind, name, via }: Actor): Actor {
  return { kind, id: cut(id), name: cut(name), via, address: cut(address) };
}

/** Of what is too long it stays checkable what it was. */
function boundedSide(side: JsonObject): JsonObject {
  const text = JSON.stringify(side);
  if (text.length <= MAX_SIDE_CHARACTERS) return side;
  return { characters: text.length, sha256: createHash('sha256').update(text).digest('hex') };
}

const cut = (text: string): string => text.slice(0, MAX_TEXT);
