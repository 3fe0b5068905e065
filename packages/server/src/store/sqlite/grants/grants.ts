import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import type { Compilable } from 'kysely';
import type { Clock } from '../../../limits/index.ts';
import {
  type Actor,
  type Changed,
  FIRST_ORGANIZATION,
  GATEWAY,
  type GrantChange,
  type GrantRecord,
  type GrantState,
  type Grants,
  type GrantToken,
  type NewGrant,
  type Revealed,
  StoreError,
  type Vault,
} from '../../contract.ts';
import { GrantFollowers } from '../../grant-followers.ts';
import { GrantMemory } from '../../grant-memory.ts';
import { placeOfGrant } from '../../sealed-places.ts';
import { build } from '../../sql/tables.ts';
import type { AuditWriter } from '../audit/index.ts';
import { type Database, transact } from '../driver.ts';
import { isConflict, toStoreError } from '../errors.ts';
import { change, rows } from '../statements.ts';
import { GrantNotes, STATE_ACTIONS } from './notes.ts';
import { pageQuery } from './page-query.ts';
import { decode, encode, grantOf, type Held } from './row.ts';

type Options = {
  readonly database: Database;
  readonly clock: Clock;
  readonly file: string;
  readonly audit: AuditWriter;
  readonly vault: Vault;
  /** Others write beside it, and leave it the store in between. */
  readonly isGateway: boolean;
};

/**
 * Milliseconds of rest after a write of the command line. Who waits for SQLite's lock stands in no queue: commands in a loop would
 * keep the gateway from it for longer than it waits.
 */
const REST_MS = 5;

/** How a transaction writes rows; `number` is that of its change. */
type Rows = {
  readonly number: number;
  readonly insert: (held: Held) => void;
  readonly update: (held: Held) => void;
};

/**
 * Grants in memory, written through to the table row by row. Other processes write the table too: a change of SQLite's data
 * version says that somebody did, and the number of each row's change which grants it was.
 */
export class SqliteGrants implements Grants {
  readonly #options: Options;
  readonly #notes: GrantNotes;
  readonly #memory = new GrantMemory();
  readonly #followers = new GrantFollowers(() => this.#memory.known());
  #dataVersion: unknown;
  /** The newest change that memory knows. */
  #known = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#notes = new GrantNotes(options.audit);
    this.refresh();
  }

  /** How many are in memory. */
  get size(): number {
    return this.#memory.size;
  }

  findByTokenHash(tokenHash: string): GrantRecord | undefined {
    return this.#memory.byHash(tokenHash);
  }

  get(organization: string, id: string): GrantRecord | undefined {
    this.refresh();
    const grant = this.#memory.byId(id);
    return grant?.organization === organization ? grant : undefined;
  }

  async create(grant: NewGrant, token: string | GrantToken, by: Actor = GATEWAY): Promise<GrantRecord> {
    const secret = typeof token === 'string' ? { hash: token } : token;
    return this.#write(({ insert }) => {
      const made = this.#sealed({ ...grant, state: 'active', createdAtMs: this.#nowMs() }, secret);
      insert(made);
      this.#notes.note('grant.created', by, { after: made });
      return made.grant;
    });
  }

  async list(): Promise<readonly GrantRecord[]> {
    this.refresh();
    return this.#memory.all().sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async page(of: Parameters<Grants['page']>[0]): Promise<readonly GrantRecord[]> {
    return this.#guarded(() => rows(this.#options.database, pageQuery(of, this.#nowMs())).map(grantOf));
  }

  async setState(
    idOrName: string,
    state: GrantState,
    by: Actor = GATEWAY,
  ): Promise<'done' | 'unknown' | 'revoked'> {
    return this.#write(({ update }) => {
      const before = this.#find(idOrName) ?? this.#findByName(idOrName);
      if (before === undefined) return 'unknown';
      if (before.grant.state === state) return 'done';
      if (before.grant.state === 'revoked') return 'revoked';
      const after = { ...before, grant: { ...before.grant, state } };
      update(after);
      this.#notes.note(STATE_ACTIONS[state], by, { before, after });
      return 'done';
    });
  }

  async update(id: string, wanted: GrantChange, by: Actor = GATEWAY): Promise<Changed> {
    return this.#alter({ id, action: 'grant.updated', by }, (before) => ({
      ...before,
      grant: withChange(before.grant, wanted),
    }));
  }

  async rotate(
    id: string,
    { overlapMs, ...to }: Parameters<Grants['rotate']>[1],
    by: Actor = GATEWAY,
  ): Promise<Changed> {
    return this.#alter({ id, action: 'grant.rotated', by }, (before) => {
      const { isTokenKept: _, overlapEndsAtMs: __, ...grant } = before.grant;
      if (overlapMs <= 0) return this.#sealed(grant, to);
      const overlapping = { ...grant, overlapEndsAtMs: this.#nowMs() + overlapMs };
      return { ...this.#sealed(overlapping, to), previousHash: before.tokenHash };
    });
  }

  async setPolicy(
    id: string,
    { policy, server }: Parameters<Grants['setPolicy']>[1],
    by: Actor = GATEWAY,
  ): Promise<GrantRecord | undefined> {
    const changed = await this.#alter({ id, action: 'grant.policy_attached', by }, (before) => {
      const grant = attached(before.grant, policy, server);
      return grant && { ...before, grant };
    });
    return changed.kind === 'done' ? changed.grant : undefined;
  }

  async reveal(id: string, by: Actor = GATEWAY): Promise<Revealed> {
    return this.#write(() => {
      const held = this.#find(id);
      const fault = faultOf(held);
      if (held === undefined || fault !== undefined) return { kind: fault ?? 'unknown' };
      if (held.sealedToken === undefined) return { kind: 'not_kept' };
      const token = this.#options.vault.open(placeOfGrant(held.grant), held.sealedToken);
      this.#notes.note('grant.revealed', by, { after: held });
      return { kind: 'done', token };
    });
  }

  /** A grant that keeps its name and token keeps its state and age, so that a reload does not undo a revocation. */
  async replaceFileGrants(
    grants: Parameters<Grants['replaceFileGrants']>[0],
    by: Actor = GATEWAY,
  ): Promise<void> {
    const { database } = this.#options;
    await this.#write(({ insert, number }) => {
      const ofFile = build.selectFrom('grants').selectAll().where('origin', '=', 'file');
      const earlier = new Map(rows(database, ofFile).map((row) => [row.name, decode(row)]));
      change(database, build.deleteFrom('grants').where('origin', '=', 'file'));
      change(database, build.updateTable('grant_changes').set({ newest: number, removed: number }));
      for (const { grant, tokenHash } of grants) {
        const before = earlier.get(grant.name);
        earlier.delete(grant.name);
        const kept = before?.tokenHash === tokenHash ? before.grant : undefined;
        const createdAtMs = kept?.createdAtMs ?? this.#nowMs();
        const now: GrantRecord = { ...grant, origin: 'file', state: kept?.state ?? 'active', createdAtMs };
        insert({ grant: now, tokenHash });
        this.#notes.noteReplaced(before, { grant: now, tokenHash }, by);
      }
      for (const before of earlier.values()) this.#notes.note('grant.removed', by, { before });
    });
    this.#readAll();
  }

  refresh(): void {
    const { database } = this.#options;
    this.#guarded(() => {
      const version = database.pragma('data_version', { simple: true });
      if (version === this.#dataVersion) return;
      const { newest, removed } = this.#changes();
      if (removed > this.#known) this.#readAll();
      else if (newest > this.#known) this.#readAfter(this.#known);
      this.#dataVersion = version;
    });
  }

  follow(listener: Parameters<Grants['follow']>[0]): () => void {
    return this.#followers.add(listener);
  }

  /** One change of a minted grant that is not revoked, within a transaction; what changes nothing leaves no row. */
  #alter(
    { action, by, id }: { readonly id: string; readonly action: string; readonly by: Actor },
    alter: (before: Held) => Held | undefined,
  ): Promise<Changed> {
    return this.#write(({ update }): Changed => {
      const before = this.#find(id);
      const fault = faultOf(before);
      if (before === undefined || fault !== undefined) return { kind: fault ?? 'unknown' };
      const after = alter(before);
      if (after === undefined) return { kind: 'unknown' };
      if (isDeepStrictEqual(after, before)) return { kind: 'done', grant: before.grant };
      update(after);
      this.#notes.note(action, by, { before, after });
      return { kind: 'done', grant: after.grant };
    });
  }

  /** Runs a short transaction of its own between two groups of the journal; memory follows once it is committed. */
  async #write<Result>(work: (row: Rows) => Result): Promise<Result> {
    const { database } = this.#options;
    const saved: Held[] = [];
    let number = 0;
    const result = this.#guarded(() =>
      transact(database, () => {
        number = this.#changes().newest + 1;
        const save = (held: Held, query: Compilable): void => {
          this.#run(held.grant, query);
          saved.push(held);
        };
        const done = work({
          number,
          insert: (held) => save(held, build.insertInto('grants').values(encode(held, number))),
          update: (held) => {
            const { id, ...values } = encode(held, number);
            save(held, build.updateTable('grants').set(values).where('id', '=', id));
          },
        });
        if (saved.length > 0) change(database, build.updateTable('grant_changes').set({ newest: number }));
        return done;
      }),
    );
    for (const held of saved) this.#memory.put(held);
    this.#followers.put(saved);
    // Unless another process changed something before, which is then still to be read.
    if (saved.length > 0 && this.#known === number - 1) this.#known = number;
    if (!this.#options.isGateway) await wait(REST_MS);
    return result;
  }

  #run(grant: GrantRecord, query: Compilable): void {
    try {
      change(this.#options.database, query);
    } catch (error) {
      if (!isConflict(error)) throw error;
      throw this.#conflict(grant, error);
    }
  }

  #changes(): { readonly newest: number; readonly removed: number } {
    const [found] = rows(
      this.#options.database,
      build.selectFrom('grant_changes').select(['newest', 'removed']),
    );
    return found ?? { newest: 0, removed: 0 };
  }

  #readAll(): void {
    this.#memory.clear();
    this.#load(-1);
    this.#followers.all();
  }

  #readAfter(number: number): void {
    this.#followers.put(this.#load(number));
  }

  /** Into memory: what was changed after this change. */
  #load(number: number): readonly Held[] {
    const { database } = this.#options;
    const { newest } = this.#changes();
    const fresh = build.selectFrom('grants').selectAll().where('changed', '>', number);
    const loaded = rows(database, fresh).map(decode);
    for (const held of loaded) this.#memory.put(held);
    this.#known = newest;
    return loaded;
  }

  #find(id: string): Held | undefined {
    const [row] = rows(this.#options.database, build.selectFrom('grants').selectAll().where('id', '=', id));
    return row && decode(row);
  }

  #findByName(name: string): Held | undefined {
    const [row] = rows(
      this.#options.database,
      build
        .selectFrom('grants')
        .selectAll()
        .where('organization', '=', FIRST_ORGANIZATION)
        .where('name', '=', name),
    );
    return row && decode(row);
  }

  #sealed(grant: GrantRecord, { hash, token }: GrantToken): Held {
    if (token === undefined) return { grant, tokenHash: hash };
    const sealedToken = this.#options.vault.seal(placeOfGrant(grant), token);
    return { grant: { ...grant, isTokenKept: true }, tokenHash: hash, sealedToken };
  }

  #nowMs(): number {
    return this.#options.clock.wallMs();
  }

  #guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.#options.file);
    }
  }

  #conflict({ id, name, organization }: GrantRecord, cause: unknown): StoreError {
    const sameName = build
      .selectFrom('grants')
      .select('id')
      .where('organization', '=', organization)
      .where('name', '=', name)
      .where('id', '!=', id);
    const text =
      rows(this.#options.database, sameName).length > 0
        ? `a grant named "${name}" exists already: choose another name`
        : `the token or the id of grant "${name}" belongs to another grant already: use a new one`;
    return new StoreError('conflict', text, { cause });
  }
}

function withChange(grant: GrantRecord, wanted: GrantChange): GrantRecord {
  const { expiresAtMs = grant.expiresAtMs ?? null, owner = grant.owner ?? null, ...others } = wanted;
  const { expiresAtMs: _, owner: __, ...rest } = grant;
  return {
    ...rest,
    ...others,
    ...(expiresAtMs === null ? {} : { expiresAtMs }),
    ...(owner === null ? {} : { owner }),
  };
}

/** Why a grant is not to be changed, but for its state. */
function faultOf(held: Held | undefined): 'unknown' | 'file' | 'revoked' | undefined {
  if (held === undefined) return 'unknown';
  if (held.grant.origin === 'file') return 'file';
  return held.grant.state === 'revoked' ? 'revoked' : undefined;
}

/** Undefined when a stack grant has no such member, or a grant of one server is asked for a member. */
function attached(grant: GrantRecord, policy: string, server: string | undefined): GrantRecord | undefined {
  const { stack } = grant;
  if (stack === undefined) return server === undefined ? { ...grant, policy } : undefined;
  if (!stack.some((member) => member.server === server)) return undefined;
  return {
    ...grant,
    stack: stack.map((member) => (member.server === server ? { ...member, policy } : member)),
  };
}
