import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '@boomgate/engine';
import type { Clock } from '../../limits/index.ts';
import {
  type Actor,
  GATEWAY,
  type GrantRecord,
  type GrantState,
  type Grants,
  type StackMember,
  StoreError,
} from '../contract.ts';
import type { AuditWriter } from './audit/index.ts';
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
  readonly #audit: AuditWriter;
  #byHash: ReadonlyMap<string, GrantRecord> = new Map();
  #dataVersion: unknown;

  constructor(options: { database: Database; clock: Clock; file: string; audit: AuditWriter }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#file = options.file;
    this.#audit = options.audit;
    this.refresh();
  }

  findByTokenHash(tokenHash: string): GrantRecord | undefined {
    return this.#byHash.get(tokenHash);
  }

  async create(grant: NewGrant, tokenHash: string, by: Actor = GATEWAY): Promise<GrantRecord> {
    const record: GrantRecord = { ...grant, state: 'active', createdAtMs: this.#clock.wallMs() };
    this.#write(() => {
      this.#insert(record, tokenHash);
      this.#note('grant.created', by, { after: { grant: record, tokenHash } });
    });
    return record;
  }

  async list(): Promise<readonly GrantRecord[]> {
    this.refresh();
    return [...this.#byHash.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async setState(idOrName: string, state: GrantState, by: Actor = GATEWAY): Promise<boolean> {
    return this.#write(() => {
      const found = this.#find('id', idOrName) ?? this.#find('name', idOrName);
      if (found === undefined) return false;
      change(this.#database, build.updateTable('grants').set({ state }).where('id', '=', found.grant.id));
      const after = { ...found, grant: { ...found.grant, state } };
      if (found.grant.state !== state) this.#note(STATE_ACTIONS[state], by, { before: found, after });
      return true;
    });
  }

  async setPolicy(
    id: string,
    { policy, server }: { readonly policy: string; readonly server?: string },
    by: Actor = GATEWAY,
  ): Promise<GrantRecord | undefined> {
    return this.#write(() => {
      const found = this.#find('id', id);
      if (found === undefined || found.grant.state === 'revoked' || found.grant.origin === 'file')
        return undefined;
      const grant = attached(found.grant, policy, server);
      if (grant === undefined) return undefined;
      const { policy: one, stack } = encode(grant, found.tokenHash);
      change(this.#database, build.updateTable('grants').set({ policy: one, stack }).where('id', '=', id));
      const isNews = !isDeepStrictEqual(grant, found.grant);
      if (isNews) this.#note('grant.policy_attached', by, { before: found, after: { ...found, grant } });
      return grant;
    });
  }

  /** A grant that keeps its name and token keeps its state and age, so that a reload does not undo a revocation. */
  async replaceFileGrants(
    grants: Parameters<Grants['replaceFileGrants']>[0],
    by: Actor = GATEWAY,
  ): Promise<void> {
    this.#write(() => {
      const ofFile = build.selectFrom('grants').selectAll().where('origin', '=', 'file');
      const earlier = new Map(rows(this.#database, ofFile).map((row) => [row.name, held(row)]));
      change(this.#database, build.deleteFrom('grants').where('origin', '=', 'file'));
      for (const { grant, tokenHash } of grants) {
        const before = earlier.get(grant.name);
        earlier.delete(grant.name);
        const kept = before?.tokenHash === tokenHash ? before.grant : undefined;
        const createdAtMs = kept?.createdAtMs ?? this.#clock.wallMs();
        const now: GrantRecord = { ...grant, origin: 'file', state: kept?.state ?? 'active', createdAtMs };
        this.#insert(now, tokenHash);
        this.#noteReplaced(before, { grant: now, tokenHash }, by);
      }
      for (const before of earlier.values()) this.#note('grant.removed', by, { before });
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

  #find(column: 'id' | 'name', wanted: string): Held | undefined {
    const [row] = rows(this.#database, build.selectFrom('grants').selectAll().where(column, '=', wanted));
    return row && held(row);
  }

  /** A row for a grant that is not as it was; a restart with the same file leaves none. */
  #noteReplaced(before: Held | undefined, after: Held, by: Actor): void {
    if (before === undefined) this.#note('grant.created', by, { after });
    else if (!isDeepStrictEqual(before, after)) this.#note('grant.updated', by, { before, after });
  }

  #note(
    action: string,
    actor: Actor,
    { after, before }: { readonly before?: Held; readonly after?: Held },
  ): void {
    const grant = (after ?? before)?.grant;
    if (grant === undefined) return;
    this.#audit.write({
      organization: grant.organization,
      actor,
      action,
      target: { kind: 'grant', id: grant.id, name: grant.name },
      ...(before === undefined ? {} : { before: this.#facts(before) }),
      ...(after === undefined ? {} : { after: this.#facts(after) }),
    });
  }

  /** Of the token, of which only the hash is known anyway, a fingerprint. */
  #facts({ grant, tokenHash }: Held): JsonObject {
    const { id: _id, name: _name, organization: _organization, stack, ...facts } = grant;
    const members = stack?.map(({ server, policy }) => ({ server, policy: policy ?? null }));
    return {
      ...facts,
      ...(members === undefined ? {} : { stack: members }),
      token: this.#audit.fingerprint(tokenHash),
    };
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

/** A grant with the hash of its token. */
type Held = { readonly grant: GrantRecord; readonly tokenHash: string };

const held = (row: GrantTableRecord): Held => ({ grant: decode(row), tokenHash: hexOf(row.token_hash) });

const STATE_ACTIONS = {
  active: 'grant.resumed',
  paused: 'grant.paused',
  revoked: 'grant.revoked',
} as const satisfies Record<GrantState, string>;

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
