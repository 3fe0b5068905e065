import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '@boomgate/engine';
import {
  type Actor,
  type CredentialFact,
  type ServerOwner,
  type ServerRegistry,
  type ServerSecrets,
  type StoredServer,
  StoreError,
} from '../contract.ts';
import { guarded, inTurn, type Room } from './room.ts';
import { placeOfServer } from './sealed-columns.ts';
import { build, change, rows, type ServerTableRecord } from './tables.ts';

const NO_SECRETS: ServerSecrets = { headers: {}, env: {}, query: [] };

type Kept = { readonly server: StoredServer; readonly row: ServerTableRecord };

/** Settings as JSON, what is secret of them sealed as one text per server. */
export function openServers(room: Room): ServerRegistry {
  const { clock, database } = room;
  const known = new Map<string, string>();

  const rowOf = ({ organization, slug }: ServerOwner): ServerTableRecord | undefined =>
    rows(
      database,
      build
        .selectFrom('servers')
        .selectAll()
        .where('organization', '=', organization)
        .where('slug', '=', slug),
    )[0];
  const keptOf = (owner: ServerOwner): Kept | undefined => {
    const row = rowOf(owner);
    const server = row && decode(row);
    return row === undefined || server === undefined ? undefined : { row, server };
  };
  const idOf = (owner: ServerOwner): string => {
    const fresh = { ...ownerOf(owner), ...NOTHING_KEPT, id: randomUUID(), version: 0 };
    change(
      database,
      build
        .insertInto('servers')
        .values(fresh)
        .onConflict((taken) => taken.doNothing()),
    );
    return rowOf(owner)?.id ?? fresh.id;
  };
  const write = (row: Omit<ServerTableRecord, 'organization' | 'slug'>): void => {
    const { id, ...columns } = row;
    change(database, build.updateTable('servers').set(columns).where('id', '=', id));
  };
  const seal = (id: string, organization: string, secrets: ServerSecrets): Uint8Array | null =>
    isDeepStrictEqual(secrets, NO_SECRETS)
      ? null
      : room.vault.seal(placeOfServer({ id, organization }), JSON.stringify(secrets));

  return {
    async idFor(organization, slug) {
      const key = `${organization}\n${slug}`;
      const remembered = known.get(key);
      if (remembered !== undefined) return remembered;
      const id = inTurn(room, () => idOf({ organization, slug }));
      known.set(key, id);
      return id;
    },
    async list(organization) {
      const all = build.selectFrom('servers').selectAll().where('entry', 'is not', null);
      const wanted = organization === undefined ? all : all.where('organization', '=', organization);
      const found = guarded(room, () => rows(database, wanted.orderBy('organization').orderBy('slug')));
      return found.flatMap((row) => decode(row) ?? []);
    },
    find: async (owner) => guarded(room, () => keptOf(owner)?.server),
    async secretsOf(owner) {
      const row = guarded(room, () => rowOf(owner));
      if (row === undefined || row.sealed === null) return NO_SECRETS;
      // A cast: only `seal` above writes what opens at this place.
      return JSON.parse(room.vault.open(placeOfServer(row), row.sealed)) as ServerSecrets;
    },
    create: async ({ entry, organization, secrets, slug }, by) =>
      inTurn(room, () => {
        if (keptOf({ organization, slug }) !== undefined) return 'taken';
        const id = idOf({ organization, slug });
        const nowMs = clock.wallMs();
        const facts = factsOf(room, secrets, { before: [], nowMs });
        const version = (rowOf({ organization, slug })?.version ?? 0) + 1;
        write({
          id,
          entry: JSON.stringify(entry),
          credentials: JSON.stringify(facts),
          sealed: seal(id, organization, secrets),
          version,
          created_at: nowMs,
          changed_at: nowMs,
        });
        const made = mustBe(keptOf({ organization, slug })).server;
        note(room, 'server.created', { by, after: made });
        return made;
      }),
    change: async ({ version, ...owner }, { entry, secrets }, by) =>
      inTurn(room, () => {
        const kept = keptOf(owner);
        if (kept?.server.version !== version) return 'stale';
        const { row, server: before } = kept;
        const nowMs = clock.wallMs();
        const facts =
          secrets === undefined
            ? before.credentials
            : factsOf(room, secrets, { before: before.credentials, nowMs });
        write({
          ...row,
          entry: JSON.stringify(entry ?? before.entry),
          credentials: JSON.stringify(facts),
          sealed: secrets === undefined ? row.sealed : seal(row.id, row.organization, secrets),
          version: version + 1,
          changed_at: nowMs,
        });
        const after = mustBe(keptOf(owner)).server;
        if (!isDeepStrictEqual(before.entry, after.entry))
          note(room, 'server.updated', { by, before, after });
        if (!isDeepStrictEqual(before.credentials, after.credentials))
          note(room, 'server.credentials_changed', { by, before, after });
        return after;
      }),
    remove: async ({ version, ...owner }, by) =>
      inTurn(room, () => {
        const kept = keptOf(owner);
        if (kept?.server.version !== version) return 'stale';
        const inUse = grantsOf(room, owner);
        if (inUse > 0) return { inUse };
        write({ ...kept.row, ...NOTHING_KEPT, version: version + 1 });
        const { organization, slug } = owner;
        const tools = build
          .deleteFrom('tool_snapshots')
          .where('organization', '=', organization)
          .where('server', '=', slug);
        change(database, tools);
        note(room, 'server.removed', { by, before: kept.server });
        return 'removed';
      }),
  };
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
