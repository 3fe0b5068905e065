import { Sequence } from '../../../sequence.ts';
import type { AccessedGrant, AccessToken, GrantRecord, Grants, KnownGrant } from '../../contract.ts';
import { GrantMemory } from '../../grant-memory.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { GrantFollowers } from './followers.ts';
import { decode, type Held } from './row.ts';

/** Grants that are read in one statement: a store that holds many is read in steps. */
const PAGE = 2_000;

/** What of this process's file gives access tokens; there is none in a process without a file. */
type Gives = {
  /** By the id of a grant of the file. */
  readonly ofFile: ReadonlyMap<string, readonly string[]>;
  /** Whichever grant that was minted. */
  readonly ofMinted: ReadonlySet<string>;
};

/**
 * All grants in memory. Each change of the table has a number, and each row that of its change, so that what others changed is read
 * and no more; of those that were over for long it is told which went, and any other removal has all read anew. Who puts something in, or reads, does so in turn: nothing older replaces what is newer.
 */
export class GrantCopy {
  readonly #executor: SqlExecutor;
  readonly #nowMs: () => number;
  readonly #changed: () => boolean;
  readonly #turns = new Sequence();
  readonly #followers = new GrantFollowers(() => this.#memory.known());
  #memory = new GrantMemory();
  /** The newest change that memory knows. */
  #known = -1;
  /** Of which database. */
  #database = 0;
  #isStale = true;
  #gives: Gives | undefined;

  constructor(executor: SqlExecutor, nowMs: () => number) {
    this.#executor = executor;
    this.#nowMs = nowMs;
    this.#changed = executor.watch(['grants', 'grant_changes']);
  }

  get size(): number {
    return this.#memory.size;
  }

  byHash(tokenHash: string): GrantRecord | undefined {
    return this.#memory.byHash(tokenHash);
  }

  byAccessHash(accessHash: string): AccessedGrant | undefined {
    return this.#memory.byAccessHash(accessHash);
  }

  signInsWithAccess(id: string): ReturnType<Grants['signInsWithAccess']> {
    const nowMs = this.#executor.clock.wallMs();
    const found = new Map<string, { readonly isBound: boolean }>();
    for (const { boundTo, endsAtMs, signIn } of this.#memory.accessOf(id)) {
      if (endsAtMs <= nowMs) continue;
      const isBound = boundTo !== undefined && found.get(signIn)?.isBound !== false;
      found.set(signIn, { isBound });
    }
    return found;
  }

  all(): GrantRecord[] {
    return this.#memory.all();
  }

  follow(listener: Parameters<Grants['follow']>[0]): () => void {
    return this.#followers.add(listener);
  }

  /** Resolves when what was committed before the call is in memory. */
  refresh(): Promise<void> {
    return this.#turns.share(async () => {
      await this.#executor.look();
      this.#isStale = this.#changed() || this.#isStale;
      if (this.#isStale) await this.#read();
    });
  }

  /** Grants give by these rules from now on; unless that cannot be written. */
  async giving(gives: Gives, write: () => Promise<void>): Promise<void> {
    const before = this.#gives;
    this.#gives = gives;
    try {
      await write();
    } catch (error) {
      this.#gives = before;
      throw error;
    }
    if (!this.#isAsRead(before, gives)) await this.#reread();
  }

  /** Whether memory has of minted grants what these rules let it have. */
  #isAsRead(before: Gives | undefined, { ofMinted }: Gives): boolean {
    if (before !== undefined) return isSame(before.ofMinted, ofMinted);
    return this.#memory
      .known()
      .every(({ accessTokens = [] }) => accessTokens.every(({ by }) => by === undefined || ofMinted.has(by)));
  }

  #reread(): Promise<void> {
    return this.#turns.run(async () => {
      this.#known = -1;
      // Where it cannot be read now, the next look reads it: what the rules no longer give must not stay.
      this.#isStale = true;
      await this.#read();
    });
  }

  /** What this process has just written as the change of this number. */
  put(saved: readonly Held[], number: number): Promise<void> {
    return this.#turns.run(async () => {
      // Read since then: as it was saved, or as somebody has changed it after.
      if (this.#known >= number) return;
      const known = this.#copiesOf(saved);
      for (const one of known) this.#memory.put(one);
      this.#followers.put(known);
      // Unless somebody else changed something before, which is then still to be read.
      if (this.#known === number - 1) this.#known = number;
    });
  }

  async #read(): Promise<void> {
    const database = this.#executor.databases();
    const { expired, newest, removed } = await this.#executor.read(changes);
    if (removed > this.#known || database !== this.#database) {
      const memory = new GrantMemory();
      for (const held of await this.#changedAfter(-1)) memory.put(held);
      this.#memory = memory;
      this.#followers.all();
    } else if (newest > this.#known) {
      // First: what is read of a grant afterwards is newer than that one of its id went.
      if (expired > this.#known) await this.#drop();
      const fresh = await this.#changedAfter(this.#known);
      for (const held of fresh) this.#memory.put(held);
      this.#followers.put(fresh);
    }
    // What was changed while this was read has a greater number, and is read once more.
    this.#known = newest;
    this.#database = database;
    this.#isStale = false;
  }

  async #drop(): Promise<void> {
    const rows = build.selectFrom('expired_grants').select('grant_id').where('number', '>', this.#known);
    const gone = await this.#executor.read(() => all(rows));
    this.#followers.gone(gone.flatMap(({ grant_id }) => this.#memory.remove(grant_id) ?? []));
  }

  #copiesOf(some: readonly Held[]): readonly KnownGrant[] {
    const aheadMs = this.#executor.clock.wallMs() - this.#nowMs();
    return some.map((one) => copyOf(this.#given(one), aheadMs));
  }

  /** Another process may have a file with other rules: what it lets in by those opens nothing here. */
  #given(held: Held): Held {
    const gives = this.#gives;
    if (gives === undefined || held.accessTokens === undefined) return held;
    const rules = gives.ofFile.get(held.grant.id) ?? [];
    const isGiven =
      held.grant.origin === 'file'
        ? ({ by = '' }: AccessToken) => rules.includes(by)
        : ({ by }: AccessToken) => by === undefined || gives.ofMinted.has(by);
    const secrets = [held.tokenHash, held.previousHash];
    const isBySecret = ({ by }: AccessToken) => by !== undefined && secrets.includes(by);
    return { ...held, accessTokens: held.accessTokens.filter((one) => isBySecret(one) || isGiven(one)) };
  }

  async #changedAfter(number: number): Promise<readonly KnownGrant[]> {
    const found: Held[] = [];
    for (let after = ''; ; ) {
      const page = build
        .selectFrom('grants')
        .selectAll()
        .where('changed', '>', number)
        .where('id', '>', after);
      const rows = await this.#executor.read(() => all(page.orderBy('id').limit(PAGE)));
      for (const row of rows) found.push(decode(row));
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return this.#copiesOf(found);
      after = last.id;
    }
  }
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((each) => other.has(each));
}

/**
 * What is kept of a grant. Requests are judged by the clock of this machine, which may be ahead of the time that all go by. Nobody needs the
 * sealed token, and a few bytes that a database answered with may keep the kilobytes alive among which they came.
 */
export function copyOf({ accessTokens, grant, previousHash, tokenHash }: Held, aheadMs: number): KnownGrant {
  return {
    ...{ grant, tokenHash },
    ...(previousHash === undefined ? {} : { previousHash }),
    ...(accessTokens === undefined
      ? {}
      : { accessTokens: accessTokens.map((one) => ({ ...one, endsAtMs: one.endsAtMs + aheadMs })) }),
  };
}

/** Numbers of the newest change, of the newest after which all has to be read anew, and of the newest that `expired_grants` tells of. */
type Changes = { readonly newest: number; readonly removed: number; readonly expired: number };

export function* changes(): Work<Changes> {
  const found = yield* first(build.selectFrom('grant_changes').select(['newest', 'removed', 'expired']));
  return found ?? { newest: 0, removed: 0, expired: 0 };
}

export function noteChange(made: Pick<Changes, 'newest'> & Partial<Changes>): Work<number> {
  const insert = build.insertInto('grant_changes').values({ id: 1, removed: 0, expired: 0, ...made });
  return change(insert.onConflict((known) => known.column('id').doUpdateSet(made)));
}
