import type { JsonObject } from '@boomgate/engine';
import type { Clock } from '../../limits/index.ts';
import { type GrantRecord, type GrantState, type Grants, type StackMember, StoreError } from '../contract.ts';
import { type Database, transact } from './driver.ts';
import { isConflict, toStoreError } from './errors.ts';
import { build, change, type GrantTableRecord, rows } from './tables.ts';

type NewGrant = Parameters<Grants['create']>[0];

/**
 * Grants in memory by the hash of their token, written through to the table. Other processes write the table too: a
 * change of SQLite's data version says so.
 */
export class SqliteGrants implements Grants {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #file: string;
  #byHash: ReadonlyMap<string, GrantRecord> = new Map();
  #dataVersion: unknown;

  constructor(options: { database: Database; clock: Clock; file: string }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#file = options.file;
    this.refresh();
  }

  findByTokenHash(tokenHash: string): GrantRecord | undefined {
    return this.#byHash.get(tokenHash);
  }

  async create(grant: NewGrant, tokenHash: string): Promise<GrantRecord> {
    const record: GrantRecord = { ...grant, state: 'active', createdAtMs: this.#clock.wallMs() };
    this.#write(() => this.#insert(record, tokenHash));
    return record;
  }

  async list(): Promise<readonly GrantRecord[]> {
    this.refresh();
    return [...this.#byHash.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async setState(idOrName: string, state: GrantState): Promise<boolean> {
    return this.#write(() => {
      const update = build.updateTable('grants').set({ state });
      const isChanged = change(this.#database, update.where('id', '=', idOrName)) > 0;
      return isChanged || change(this.#database, update.where('name', '=', idOrName)) > 0;
    });
  }

  /** A grant that keeps its name and token keeps its state and age, so that a reload does not undo a revocation. */
  async replaceFileGrants(...[grants]: Parameters<Grants['replaceFileGrants']>): Promise<void> {
    this.#write(() => {
      const ofFile = build.selectFrom('grants').selectAll().where('origin', '=', 'file');
      const earlier = new Map(rows(this.#database, ofFile).map((row) => [row.name, row]));
      change(this.#database, build.deleteFrom('grants').where('origin', '=', 'file'));
      for (const { grant, tokenHash } of grants) {
        const same = earlier.get(grant.name);
        const kept = same && hexOf(same.token_hash) === tokenHash ? decode(same) : undefined;
        const createdAtMs = kept?.createdAtMs ?? this.#clock.wallMs();
        this.#insert({ ...grant, origin: 'file', state: kept?.state ?? 'active', createdAtMs }, tokenHash);
      }
    });
  }

  refresh(): void {
    try {
      const version = this.#database.pragma('data_version', { simple: true });
      if (version === this.#dataVersion) return;
      this.#read();
      this.#dataVersion = version;
    } catch (error) {
      throw toStoreError(error, this.#file);
    }
  }

  /** Runs a short transaction of its own between two groups of the journal, then rereads. */
  #write<Result>(work: () => Result): Result {
    try {
      const result = transact(this.#database, work);
      this.#read();
      return result;
    } catch (error) {
      throw toStoreError(error, this.#file);
    }
  }

  #read(): void {
    const records = rows(this.#database, build.selectFrom('grants').selectAll());
    this.#byHash = new Map(records.map((record) => [hexOf(record.token_hash), decode(record)]));
  }

  #insert(grant: GrantRecord, tokenHash: string): void {
    try {
      change(this.#database, build.insertInto('grants').values(encode(grant, tokenHash)));
    } catch (error) {
      if (!isConflict(error)) throw error;
      throw this.#conflict(grant, error);
    }
  }

  #conflict(grant: GrantRecord, cause: unknown): StoreError {
    const sameName = build.selectFrom('grants').select('id').where('name', '=', grant.name);
    const text =
      rows(this.#database, sameName).length > 0
        ? `a grant named "${grant.name}" exists already: choose another name`
        : `the token or the id of grant "${grant.name}" belongs to another grant already: use a new one`;
    return new StoreError('conflict', text, { cause });
  }
}

function hexOf(tokenHash: Uint8Array): string {
  return Buffer.from(tokenHash).toString('hex');
}

function encode(grant: GrantRecord, tokenHash: string): GrantTableRecord {
  return {
    id: grant.id,
    organization: grant.organization,
    name: grant.name,
    server: grant.server,
    policy: grant.policy ?? null,
    labels: JSON.stringify(grant.labels),
    mode: grant.mode,
    state: grant.state,
    expires_at: grant.expiresAtMs ?? null,
    created_at: grant.createdAtMs,
    origin: grant.origin,
    token_hash: Buffer.from(tokenHash, 'hex'),
    stack: grant.stack === undefined ? null : JSON.stringify(grant.stack),
    owner: grant.owner ?? null,
  };
}

function decode(record: GrantTableRecord): GrantRecord {
  return {
    id: record.id,
    organization: record.organization,
    name: record.name,
    server: record.server,
    ...(record.policy === null ? {} : { policy: record.policy }),
    // A cast: only `encode` writes this column.
    ...(record.stack === null ? {} : { stack: JSON.parse(record.stack) as readonly StackMember[] }),
    labels: JSON.parse(record.labels) as JsonObject, // a cast: only `encode` writes this column
    mode: record.mode as GrantRecord['mode'], // a cast: only `encode` writes this column
    state: record.state as GrantState, // a cast: only `encode` writes this column
    ...(record.owner === null ? {} : { owner: record.owner }),
    ...(record.expires_at === null ? {} : { expiresAtMs: record.expires_at }),
    createdAtMs: record.created_at,
    origin: record.origin as GrantRecord['origin'], // a cast: only `encode` writes this column
  };
}
