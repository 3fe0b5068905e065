import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '@boomgate/engine';
import {
  type Actor,
  type CredentialFact,
  type ServerChange,
  type ServerOwner,
  type ServerRegistry,
  type ServerSecrets,
  type StoredServer,
  StoreError,
} from '../contract.ts';
import { build, type ServerTableRecord } from '../sql/tables.ts';
import { guarded, inTurn, type Room } from './room.ts';
import { placeOfServer } from './sealed-columns.ts';
import { change, rows } from './statements.ts';

const NO_SECRETS: ServerSecrets = { headers: {}, env: {}, query: [] };

type Kept = { readonly server: StoredServer; readonly row: ServerTableRecord };

/** Settings as JSON, what is secret of them sealed as one text per server. */
export class SqliteServers implements ServerRegistry {
  readonly #room: Room;
  readonly #ids = new Map<string, string>();

  constructor(room: Room) {
    this.#room = room;
  }

  async idFor(organization: string, slug: string): Promise<string> {
    const key = `${organization}\n${slug}`;
    const remembered = this.#ids.get(key);
    if (remembered !== undefined) return remembered;
    const id = inTurn(this.#room, () => this.#idOf({ organization, slug }));
    this.#ids.set(key, id);
    return id;
  }

  async list(organization?: string): Promise<readonly StoredServer[]> {
    const all = build.selectFrom('servers').selectAll().where('entry', 'is not', null);
    const wanted = organization === undefined ? all : all.where('organization', '=', organization);
    const ordered = wanted.orderBy('organization').orderBy('slug');
    const found = guarded(this.#room, () => rows(this.#room.database, ordered));
    return found.flatMap((row) => decode(row) ?? []);
  }

  async find(owner: ServerOwner): Promise<StoredServer | undefined> {
    return guarded(this.#room, () => this.#kept(owner)?.server);
  }

  async secretsOf(owner: ServerOwner): Promise<ServerSecrets> {
    const row = guarded(this.#room, () => this.#row(owner));
    if (row === undefined || row.sealed === null) return NO_SECRETS;
    // A cast: only `#seal` writes what opens at this place.
    return JSON.parse(this.#room.vault.open(placeOfServer(row), row.sealed)) as ServerSecrets;
  }

  async create(
    { entry, secrets, ...owner }: Parameters<ServerRegistry['create']>[0],
    by: Actor,
  ): Promise<StoredServer | 'taken'> {
    return inTurn(this.#room, () => {
      if (this.#kept(owner) !== undefined) return 'taken';
      const id = this.#idOf(owner);
      const nowMs = this.#room.clock.wallMs();
      this.#write({
        id,
        entry: JSON.stringify(entry),
        credentials: JSON.stringify(factsOf(this.#room, secrets, { before: [], nowMs })),
        sealed: this.#seal({ ...owner, id }, secrets),
        version: (this.#row(owner)?.version ?? 0) + 1,
        created_at: nowMs,
        changed_at: nowMs,
      });
      const { server } = mustBe(this.#kept(owner));
      note(this.#room, 'server.created', { by, after: server });
      return server;
    });
  }

  async change(
    { version, ...owner }: Parameters<ServerRegistry['change']>[0],
    { entry, secrets }: ServerChange,
    by: Actor,
  ): Promise<StoredServer | 'stale'> {
    return inTurn(this.#room, () => {
      const kept = this.#kept(owner);
      if (kept?.server.version !== version) return 'stale';
      const { row, server: before } = kept;
      const nowMs = this.#room.clock.wallMs();
      const told = { before: before.credentials, nowMs };
      const facts = secrets === undefined ? before.credentials : factsOf(this.#room, secrets, told);
      this.#write({
        id: row.id,
        entry: JSON.stringify(entry ?? before.entry),
        credentials: JSON.stringify(facts),
        sealed: secrets === undefined ? row.sealed : this.#seal(row, secrets),
        version: version + 1,
        created_at: row.created_at,
        changed_at: nowMs,
      });
      const { server: after } = mustBe(this.#kept(owner));
      const changes = { by, before, after };
      if (!isDeepStrictEqual(before.entry, after.entry)) note(this.#room, 'server.updated', changes);
      if (!isDeepStrictEqual(before.credentials, after.credentials))
        note(this.#room, 'server.credentials_changed', changes);
      return after;
    });
  }

  async remove(
    { version, organization, slug }: Parameters<ServerRegistry['remove']>[0],
    by: Actor,
  ): Promise<'removed' | 'stale' | { readonly inUse: number }> {
    return inTurn(this.#room, () => {
      const kept = this.#kept({ organization, slug });
      if (kept?.server.version !== version) return 'stale';
      const inUse = grantsOf(this.#room, { organization, slug });
      if (inUse > 0) return { inUse };
      this.#write({ ...NOTHING_KEPT, id: kept.row.id, version: version + 1 });
      const tools = build
        .deleteFrom('tool_snapshots')
        .where('organization', '=', organization)
        .where('server', '=', slug);
      change(this.#room.database, tools);
      note(this.#room, 'server.removed', { by, before: kept.server });
      return 'removed';
    });
  }

  #row({ organization, slug }: ServerOwner): ServerTableRecord | undefined {
    const all = build.selectFrom('servers').selectAll();
    const wanted = all.where('organization', '=', organization).where('slug', '=', slug);
    return rows(this.#room.database, wanted)[0];
  }

  #kept(owner: ServerOwner): Kept | undefined {
    const row = this.#row(owner);
    const server = row && decode(row);
    return row === undefined || server === undefined ? undefined : { row, server };
  }

  #idOf(owner: ServerOwner): string {
    const fresh = { ...ownerOf(owner), ...NOTHING_KEPT, id: randomUUID(), version: 0 };
    const insert = build.insertInto('servers').values(fresh);
    change(
      this.#room.database,
      insert.onConflict((taken) => taken.doNothing()),
    );
    return this.#row(owner)?.id ?? fresh.id;
  }

  #write({ id, ...columns }: Omit<ServerTableRecord, 'organization' | 'slug'>): void {
    change(this.#room.database, build.updateTable('servers').set(columns).where('id', '=', id));
  }

  #seal(of: Parameters<typeof placeOfServer>[0], secrets: ServerSecrets): Uint8Array | null {
    if (isDeepStrictEqual(secrets, NO_SECRETS)) return null;
    return this.#room.vault.seal(placeOfServer(of), JSON.stringify(secrets));
  }
}

const ownerOf = ({ organization, slug }: ServerOwner) => ({ organization, slug });
const NOTHING_KEPT = { entry: null, credentials: null, sealed: null, created_at: null, changed_at: null };

/** Every credential with the moment at which it got the value that it has. */
function factsOf(
  { audit }: Room,
  { env, headers, query }: ServerSecrets,
  { before, nowMs }: { readonly before: readonly CredentialFact[]; readonly nowMs: number },
): readonly CredentialFact[] {
  const all = [
    ...Object.entries(headers).map(([name, value]) => ['headers', name, value] as const),
    ...Object.entries(env).map(([name, value]) => ['env', name, value] as const),
    ...query.map(([name, value]) => ['query', name, value] as const),
  ];
  return all.map(([place, name, value]) => {
    const fingerprint = audit.fingerprint(value);
    const same = before.find(
      (one) => one.in === place && one.name === name && one.fingerprint === fingerprint,
    );
    return same ?? { in: place, name, fingerprint, changedAtMs: nowMs };
  });
}

/** Grants that are not over and name the server, alone or in a stack. */
function grantsOf({ clock, database }: Room, { organization, slug }: ServerOwner): number {
  const open = build
    .selectFrom('grants')
    .select(['server', 'stack', 'expires_at'])
    .where('organization', '=', organization)
    .where('state', '!=', 'revoked');
  return rows(database, open).filter(({ expires_at, server, stack }) => {
    if (expires_at !== null && expires_at <= clock.wallMs()) return false;
    // A cast: only the grants' `encode` writes this column.
    const members = stack === null ? [] : (JSON.parse(stack) as readonly { readonly server: string }[]);
    return server === slug || members.some((member) => member.server === slug);
  }).length;
}

type Noted = { readonly by: Actor; readonly before?: StoredServer; readonly after?: StoredServer };

function note({ audit }: Room, action: string, { after, before, by }: Noted): void {
  const { id, organization, slug } = mustBe(after ?? before);
  audit.write({
    organization,
    actor: by,
    action,
    target: { kind: 'server', id, name: slug },
    ...(before === undefined ? {} : { before: shown(before) }),
    ...(after === undefined ? {} : { after: shown(after) }),
  });
}

/** Of what is secret the fingerprints alone. */
function shown({ credentials, entry, version }: StoredServer): JsonObject {
  const facts = credentials.map(({ fingerprint, in: place, name }) => ({ in: place, name, fingerprint }));
  return { version, entry, credentials: facts };
}

function decode(row: ServerTableRecord): StoredServer | undefined {
  const { changed_at, created_at, credentials, entry, id, organization, slug, version } = row;
  if (entry === null || credentials === null || created_at === null || changed_at === null) return undefined;
  return {
    ...{ id, organization, slug, version, createdAtMs: created_at, changedAtMs: changed_at },
    entry: JSON.parse(entry) as JsonObject, // a cast: only this file writes this column
    credentials: JSON.parse(credentials) as readonly CredentialFact[], // a cast: likewise
  };
}

function mustBe<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new StoreError('unreadable', 'expected the server that was just written');
  return value;
}
