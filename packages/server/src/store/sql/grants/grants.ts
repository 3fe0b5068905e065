import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '@boomgate/engine';
import {
  type AccessedGrant,
  type AccessToken,
  type Actor,
  type Changed,
  FIRST_ORGANIZATION,
  GATEWAY,
  type GrantChange,
  type GrantFault,
  type GrantRecord,
  type GrantState,
  type Grants,
  type GrantToken,
  type NewGrant,
  type Over,
  type Revealed,
} from '../../contract.ts';
import { placeOfGrant } from '../../sealed-columns.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, change, type Work } from '../work.ts';
import { withAccess, withoutAccess, withoutAnyAccess, withoutSecret } from './access.ts';
import {
  accessFaultOf,
  attached,
  faultOf,
  findByName,
  findGrant,
  requireFree,
  withChange,
} from './changes.ts';
import { changes, GrantCopy, noteChange } from './copy.ts';
import { expireGrants } from './expire.ts';
import { fileChanges } from './file-grants.ts';
import { note, STATE_ACTIONS } from './notes.ts';
import { pageQuery } from './page-query.ts';
import { encode, grantOf, type Held } from './row.ts';

type Options = {
  /** The time that all who share the store go by, which ends of access tokens are moments of. */
  readonly nowMs: () => number;
  /** Milliseconds of rest after each write, for a process that writes beside a gateway which must come to it in between. */
  readonly restMs: number;
};

/** How a transaction writes rows. */
type Rows = {
  readonly insert: (held: Held) => Work<void>;
  readonly update: (held: Held) => Work<void>;
  /** By id; memory is read anew after it. */
  readonly remove: (ids: readonly string[]) => Work<void>;
};

/** Grants in memory, written through to the table row by row; other processes write the table too. */
export class SqlGrants implements Grants {
  readonly #executor: SqlExecutor;
  readonly #sharedMs: () => number;
  readonly #restMs: number;
  readonly #copy: GrantCopy;

  /** Resolves when all that there are are in memory. */
  static async open(executor: SqlExecutor, options: Options): Promise<SqlGrants> {
    const grants = new SqlGrants(executor, options);
    await grants.refresh();
    return grants;
  }

  private constructor(executor: SqlExecutor, { nowMs, restMs }: Options) {
    this.#executor = executor;
    this.#sharedMs = nowMs;
    this.#restMs = restMs;
    this.#copy = new GrantCopy(executor, nowMs);
  }

  /** How many are in memory. */
  get size(): number {
    return this.#copy.size;
  }

  findByTokenHash(tokenHash: string): GrantRecord | undefined {
    return this.#copy.byHash(tokenHash);
  }

  findByAccessHash(accessHash: string): AccessedGrant | undefined {
    return this.#copy.byAccessHash(accessHash);
  }

  signInsWithAccess(id: string): ReturnType<Grants['signInsWithAccess']> {
    return this.#copy.signInsWithAccess(id);
  }

  async get(organization: string, id: string): Promise<GrantRecord | undefined> {
    const held = await this.#executor.read(() => findGrant(id));
    return held?.grant.organization === organization ? held.grant : undefined;
  }

  create(grant: NewGrant, token: string | GrantToken, by: Actor = GATEWAY): Promise<GrantRecord> {
    const secret = typeof token === 'string' ? { hash: token } : token;
    return this.createWithin({ grant, token: secret, by }, (make) => make());
  }

  /** Makes a grant in the transaction of what causes it, which its row says. */
  createWithin<Result>(
    { by, grant, token }: { readonly grant: NewGrant; readonly token: GrantToken; readonly by: Actor },
    work: (make: (cause?: JsonObject) => Work<GrantRecord>) => Work<Result>,
  ): Promise<Result> {
    const executor = this.#executor;
    const sealed = () => this.#sealed({ ...grant, state: 'active', createdAtMs: this.#nowMs() }, token);
    return this.#write(({ insert }) =>
      work(function* (cause = {}) {
        const made = sealed();
        yield* insert(made);
        yield* note(executor, 'grant.created', { by, after: made, cause });
        return made.grant;
      }),
    );
  }

  list(): Promise<readonly GrantRecord[]> {
    return this.matching(() => true);
  }

  async matching(fits: (grant: GrantRecord) => boolean): Promise<readonly GrantRecord[]> {
    await this.refresh();
    const found = this.#copy.all().filter(fits);
    return found.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async page(of: Parameters<Grants['page']>[0]): Promise<readonly GrantRecord[]> {
    return (await this.#executor.read(() => all(pageQuery(of, this.#nowMs())))).map(grantOf);
  }

  async lastUsed(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (ids.length === 0) return new Map();
    const uses = build.selectFrom('grant_uses').selectAll().where('grant_id', 'in', ids);
    const found = await this.#executor.read(() => all(uses));
    return new Map(found.map(({ at, grant_id }) => [grant_id, at]));
  }

  setState(
    idOrName: string,
    state: GrantState,
    by: Actor = GATEWAY,
  ): Promise<'done' | 'unknown' | 'revoked'> {
    const executor = this.#executor;
    // The later of two clocks, of which one may be behind: grants that ended long ago are deleted.
    const endMs = (): number => Math.max(this.#nowMs(), this.#sharedMs());
    return this.#write(function* ({ update }) {
      const before = (yield* findGrant(idOrName)) ?? (yield* findByName(FIRST_ORGANIZATION, idOrName));
      if (before === undefined) return 'unknown';
      if (before.grant.state === state) return 'done';
      if (before.grant.state === 'revoked') return 'revoked';
      const held = state === 'revoked' ? { ...withoutAnyAccess(before), endedAtMs: endMs() } : before;
      const after = { ...held, grant: { ...before.grant, state } };
      yield* update(after);
      yield* note(executor, STATE_ACTIONS[state], { by, before, after });
      return 'done';
    });
  }

  update(id: string, wanted: GrantChange, by: Actor = GATEWAY): Promise<Changed> {
    return this.#alter({ id, action: 'grant.updated', by }, ({ endedAtMs, ...before }) => ({
      ...before,
      // Another end is one that has not been noted yet.
      ...(endedAtMs === undefined || wanted.expiresAtMs !== undefined ? {} : { endedAtMs }),
      grant: withChange(before.grant, wanted),
    }));
  }

  rotate(
    id: string,
    { overlapMs, ...to }: Parameters<Grants['rotate']>[1],
    by: Actor = GATEWAY,
  ): Promise<Changed> {
    return this.#alter({ id, action: 'grant.rotated', by }, (before) => {
      const { isTokenKept: _, overlapEndsAtMs: __, ...grant } = before.grant;
      const access = withoutSecret(before, { overlapMs, nowMs: this.#sharedMs() });
      if (overlapMs <= 0) return { ...this.#sealed(grant, to), ...access };
      const overlapping = { ...grant, overlapEndsAtMs: this.#nowMs() + overlapMs };
      return { ...this.#sealed(overlapping, to), ...access, previousHash: before.tokenHash };
    });
  }

  putAccess(id: string, token: AccessToken): Promise<'done' | GrantFault> {
    const nowMs = this.#sharedMs;
    return this.#write(function* ({ update }): Work<'done' | GrantFault> {
      const before = yield* findGrant(id);
      const fault = accessFaultOf(before, token);
      if (before === undefined || fault !== undefined) return fault ?? 'unknown';
      yield* update(withAccess(before, token, nowMs()));
      return 'done';
    });
  }

  endAccess(id: string, which: Parameters<Grants['endAccess']>[1]): Promise<void> {
    return this.#write(function* ({ update }) {
      const before = yield* findGrant(id);
      const after = before && withoutAccess(before, which);
      if (after !== undefined) yield* update(after);
    });
  }

  async setPolicy(
    id: string,
    change: Parameters<Grants['setPolicy']>[1],
    by: Actor = GATEWAY,
  ): Promise<GrantRecord | undefined> {
    const changed = await this.#alter({ id, action: 'grant.policy_attached', by }, (before) => {
      const grant = attached(before.grant, change);
      return grant && { ...before, grant };
    });
    return changed.kind === 'done' ? changed.grant : undefined;
  }

  reveal(id: string, by: Actor = GATEWAY): Promise<Revealed> {
    const executor = this.#executor;
    return this.#write(function* (): Work<Revealed> {
      const held = yield* findGrant(id);
      const fault = faultOf(held);
      if (held === undefined || fault !== undefined) return { kind: fault ?? 'unknown' };
      if (held.sealedToken === undefined) return { kind: 'not_kept' };
      const token = executor.vault.open(placeOfGrant(held.grant), held.sealedToken);
      yield* note(executor, 'grant.revealed', { by, after: held });
      return { kind: 'done', token };
    });
  }

  /** What is as it was is left alone, so that a restart with the same file writes nothing, and others read nothing anew. */
  async replaceFileGrants(
    grants: Parameters<Grants['replaceFileGrants']>[0],
    by: Actor = GATEWAY,
    gives: readonly string[] = [],
  ): Promise<void> {
    const executor = this.#executor;
    const nowMs = this.#nowMs();
    const write = () =>
      this.#write(function* ({ insert, remove, update }) {
        const { gone, made, removed } = yield* fileChanges(grants, nowMs);
        yield* remove(removed);
        for (const { row, ...sides } of made) {
          yield* row === 'kept' ? update(sides.after) : insert(sides.after);
          yield* note(executor, sides.before === undefined ? 'grant.created' : 'grant.updated', {
            by,
            ...sides,
          });
        }
        for (const before of gone) yield* note(executor, 'grant.removed', { by, before });
      });
    const ofFile = new Map(grants.map(({ gives: rules = [], grant }) => [grant.id, rules]));
    await this.#copy.giving({ ofFile, ofMinted: new Set(gives) }, write);
  }

  async expire(which: Over): Promise<number> {
    const gone = await expireGrants(this.#executor, which);
    if (gone > 0) await this.refresh();
    return gone;
  }

  refresh(): Promise<void> {
    return this.#copy.refresh();
  }

  follow(listener: Parameters<Grants['follow']>[0]): () => void {
    return this.#copy.follow(listener);
  }

  /** One change of a minted grant that is not revoked, within a transaction; what changes nothing leaves no row. */
  #alter(
    { action, by, id }: { readonly id: string; readonly action: string; readonly by: Actor },
    alter: (before: Held) => Held | undefined,
  ): Promise<Changed> {
    const executor = this.#executor;
    return this.#write(function* ({ update }): Work<Changed> {
      const before = yield* findGrant(id);
      const fault = faultOf(before);
      if (before === undefined || fault !== undefined) return { kind: fault ?? 'unknown' };
      const after = alter(before);
      if (after === undefined) return { kind: 'unknown' };
      if (isDeepStrictEqual(after, before)) return { kind: 'done', grant: before.grant };
      yield* update(after);
      yield* note(executor, action, { by, before, after });
      return { kind: 'done', grant: after.grant };
    });
  }

  /** Runs a short transaction; memory follows once it is committed. */
  async #write<Result>(work: (rows: Rows) => Work<Result>): Promise<Result> {
    const saved: Held[] = [];
    let number = 0;
    let hasRemoved = false;
    const result = await this.#executor.write(function* () {
      number = (yield* changes()).newest + 1;
      const done = yield* work({
        *insert(held) {
          yield* requireFree(held, { isNew: true });
          yield* change(build.insertInto('grants').values(encode(held, number)));
          saved.push(held);
        },
        *update(held) {
          yield* requireFree(held, { isNew: false });
          const { id, ...values } = encode(held, number);
          yield* change(build.updateTable('grants').set(values).where('id', '=', id));
          saved.push(held);
        },
        *remove(ids) {
          if (ids.length === 0) return;
          hasRemoved = true;
          yield* change(build.deleteFrom('grants').where('id', 'in', ids));
        },
      });
      if (hasRemoved) yield* noteChange({ newest: number, removed: number });
      else if (saved.length > 0) yield* noteChange({ newest: number });
      return done;
    });
    if (hasRemoved) await this.refresh();
    else if (saved.length > 0) await this.#copy.put(saved, number);
    if (this.#restMs > 0) await wait(this.#restMs);
    return result;
  }

  #sealed(grant: GrantRecord, { hash, token }: GrantToken): Held {
    if (token === undefined) return { grant, tokenHash: hash };
    const sealedToken = this.#executor.vault.seal(placeOfGrant(grant), token);
    return { grant: { ...grant, isTokenKept: true }, tokenHash: hash, sealedToken };
  }

  #nowMs(): number {
    return this.#executor.clock.wallMs();
  }
}
