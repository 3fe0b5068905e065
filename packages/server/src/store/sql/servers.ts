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
import { placeOfServer } from '../sealed-columns.ts';
import type { SqlExecutor } from './executor.ts';
import { forgetSignIn } from './server-sign-ins.ts';
import { build, type ServerTableRecord } from './tables.ts';
import { all, change, first, type Work } from './work.ts';

const NO_SECRETS: ServerSecrets = { headers: {}, env: {}, query: [] };

type Kept = { readonly server: StoredServer; readonly row: ServerTableRecord };

/** Settings as JSON, what is secret of them sealed as one text per server. */
export class SqlServers implements ServerRegistry {
  readonly #executor: SqlExecutor;
  readonly #ids = new Map<string, string>();

  constructor(executor: SqlExecutor) {
    this.#executor = executor;
  }

  async idFor(organization: string, slug: string): Promise<string> {
    const key = `${organization}\n${slug}`;
    const remembered = this.#ids.get(key);
    if (remembered !== undefined) return remembered;
    const id = await this.#executor.write(() => idOf({ organization, slug }));
    this.#ids.set(key, id);
    return id;
  }

  async slugs(organization: string): Promise<readonly string[]> {
    const servers = build.selectFrom('servers').select('slug').where('organization', '=', organization);
    const found = await this.#executor.read(() => all(servers.orderBy('slug')));
    return found.map(({ slug }) => slug);
  }

  async list(organization?: string): Promise<readonly StoredServer[]> {
    const servers = build.selectFrom('servers').selectAll().where('entry', 'is not', null);
    const wanted = organization === undefined ? servers : servers.where('organization', '=', organization);
    const ordered = wanted.orderBy('organization').orderBy('slug');
    const found = await this.#executor.read(() => all(ordered));
    return found.flatMap((row) => decode(row) ?? []);
  }

  async find(owner: ServerOwner): Promise<StoredServer | undefined> {
    return (await this.#executor.read(() => kept(owner)))?.server;
  }

  restarts(): Promise<ReadonlyMap<string, number>> {
    return this.#executor.read(restarts);
  }

  async restart(owner: ServerOwner, by: Actor): Promise<boolean> {
    const executor = this.#executor;
    return executor.write(function* () {
      const row = yield* rowOf(owner);
      if (row === undefined) return false;
      const { id, restarts } = row;
      yield* change(
        build
          .updateTable('servers')
          .set({ restarts: restarts + 1 })
          .where('id', '=', id),
      );
      yield* executor.note({
        organization: owner.organization,
        actor: by,
        action: 'server.restarted',
        target: { kind: 'server', id, name: owner.slug },
      });
      return true;
    });
  }

  async secretsOf(owner: ServerOwner): Promise<ServerSecrets> {
    const { vault } = this.#executor;
    return this.#executor.read(function* () {
      const row = yield* rowOf(owner);
      if (row === undefined || row.sealed === null) return NO_SECRETS;
      // A cast: only `#seal` writes what opens at this place.
      return JSON.parse(vault.open(placeOfServer(row), row.sealed)) as ServerSecrets;
    });
  }

  async create(
    { entry, secrets, ...owner }: Parameters<ServerRegistry['create']>[0],
    by: Actor,
  ): Promise<StoredServer | 'taken'> {
    const executor = this.#executor;
    return executor.write(function* () {
      if ((yield* kept(owner)) !== undefined) return 'taken';
      const id = yield* idOf(owner);
      const nowMs = executor.clock.wallMs();
      yield* put({
        id,
        entry: JSON.stringify(entry),
        credentials: JSON.stringify(factsOf(executor, secrets, { before: [], nowMs })),
        sealed: seal(executor, { ...owner, id }, secrets),
        version: ((yield* rowOf(owner))?.version ?? 0) + 1,
        created_at: nowMs,
        changed_at: nowMs,
      });
      const { server } = mustBe(yield* kept(owner));
      yield* note(executor, 'server.created', { by, after: server });
      return server;
    });
  }

  async change(
    { version, ...owner }: Parameters<ServerRegistry['change']>[0],
    { entry, secrets }: ServerChange,
    by: Actor,
  ): Promise<StoredServer | 'stale'> {
    const executor = this.#executor;
    return executor.write(function* () {
      const found = yield* kept(owner);
      if (found?.server.version !== version) return 'stale';
      const { row, server: before } = found;
      const nowMs = executor.clock.wallMs();
      const told = { before: before.credentials, nowMs };
      const facts = secrets === undefined ? before.credentials : factsOf(executor, secrets, told);
      yield* put({
        id: row.id,
        entry: JSON.stringify(entry ?? before.entry),
        credentials: JSON.stringify(facts),
        sealed: secrets === undefined ? row.sealed : seal(executor, row, secrets),
        version: version + 1,
        created_at: row.created_at,
        changed_at: nowMs,
      });
      const { server: after } = mustBe(yield* kept(owner));
      const changes = { by, before, after };
      if (!isDeepStrictEqual(before.entry, after.entry)) yield* note(executor, 'server.updated', changes);
      if (!isDeepStrictEqual(before.credentials, after.credentials))
        yield* note(executor, 'server.credentials_changed', changes);
      return after;
    });
  }

  async remove(
    { version, organization, slug }: Parameters<ServerRegistry['remove']>[0],
    by: Actor,
  ): Promise<'removed' | 'stale' | { readonly inUse: number }> {
    const executor = this.#executor;
    return executor.write(function* () {
      const found = yield* kept({ organization, slug });
      if (found?.server.version !== version) return 'stale';
      const inUse = yield* grantsOf(executor, { organization, slug });
      if (inUse > 0) return { inUse };
      yield* put({ ...NOTHING_KEPT, id: found.row.id, version: version + 1 });
      yield* forgetSignIn(found.row.id);
      const tools = build.deleteFrom('tool_snapshots').where('organization', '=', organization);
      yield* change(tools.where('server', '=', slug));
      yield* note(executor, 'server.removed', { by, before: found.server });
      return 'removed';
    });
  }
}

/** How often people had each server started anew, by its id. */
export function* restarts(): Work<ReadonlyMap<string, number>> {
  const counted = build.selectFrom('servers').select(['id', 'restarts']).where('restarts', '>', 0);
  return new Map((yield* all(counted)).map((row) => [row.id, row.restarts]));
}

function* rowOf({ organization, slug }: ServerOwner): Work<ServerTableRecord | undefined> {
  const servers = build.selectFrom('servers').selectAll();
  return yield* first(servers.where('organization', '=', organization).where('slug', '=', slug));
}

function* kept(owner: ServerOwner): Work<Kept | undefined> {
  const row = yield* rowOf(owner);
  const server = row && decode(row);
  return row === undefined || server === undefined ? undefined : { row, server };
}

function* idOf(owner: ServerOwner): Work<string> {
  const fresh = {
    ...ownerOf(owner),
    ...NOTHING_KEPT,
    id: randomUUID(),
    version: 0,
    signed_in_at: 0,
    restarts: 0,
  };
  const insert = build.insertInto('servers').values(fresh);
  yield* change(insert.onConflict((taken) => taken.doNothing()));
  return (yield* rowOf(owner))?.id ?? fresh.id;
}

type Put = Omit<ServerTableRecord, 'organization' | 'slug' | 'signed_in_at' | 'restarts'>;

const put = ({ id, ...columns }: Put): Work<number> =>
  change(build.updateTable('servers').set(columns).where('id', '=', id));

function seal(
  { vault }: SqlExecutor,
  of: Parameters<typeof placeOfServer>[0],
  secrets: ServerSecrets,
): Uint8Array | null {
  return isDeepStrictEqual(secrets, NO_SECRETS)
    ? null
    : vault.seal(placeOfServer(of), JSON.stringify(secrets));
}

const ownerOf = ({ organization, slug }: ServerOwner) => ({ organization, slug });
const NOTHING_KEPT = { entry: null, credentials: null, sealed: null, created_at: null, changed_at: null };

/** Every credential with the moment at which it got the value that it has. */
function factsOf(
  { fingerprint: printOf }: SqlExecutor,
  { env, headers, query }: ServerSecrets,
  { before, nowMs }: { readonly before: readonly CredentialFact[]; readonly nowMs: number },
): readonly CredentialFact[] {
  const all = [
    ...Object.entries(headers).map(([name, value]) => ['headers', name, value] as const),
    ...Object.entries(env).map(([name, value]) => ['env', name, value] as const),
    ...query.map(([name, value]) => ['query', name, value] as const),
  ];
  return all.map(([place, name, value]) => {
    const fingerprint = printOf(value);
    const same = before.find(
      (one) => one.in === place && one.name === name && one.fingerprint === fingerprint,
    );
    return same ?? { in: place, name, fingerprint, changedAtMs: nowMs };
  });
}

/** Grants that are not over and name the server, alone or in a stack. */
function* grantsOf({ clock }: SqlExecutor, { organization, slug }: ServerOwner): Work<number> {
  const open = build
    .selectFrom('grants')
    .select(['server', 'stack', 'expires_at'])
    .where('organization', '=', organization)
    .where('state', '!=', 'revoked');
  return (yield* all(open)).filter(({ expires_at, server, stack }) => {
    if (expires_at !== null && expires_at <= clock.wallMs()) return false;
    // A cast: only the grants' `encode` writes this column.
    const members = stack === null ? [] : (JSON.parse(stack) as readonly { readonly server: string }[]);
    return server === slug || members.some((member) => member.server === slug);
  }).length;
}

type Noted = { readonly by: Actor; readonly before?: StoredServer; readonly after?: StoredServer };

function note(executor: SqlExecutor, action: string, { after, before, by }: Noted): Work<unknown> {
  const { id, organization, slug } = mustBe(after ?? before);
  return executor.note({
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
  const { changed_at, created_at, credentials, entry, id, organization, signed_in_at, slug, version } = row;
  if (entry === null || credentials === null || created_at === null || changed_at === null) return undefined;
  return {
    ...{ id, organization, slug, version, createdAtMs: created_at, changedAtMs: changed_at },
    ...(signed_in_at === 0 ? {} : { signedInAtMs: signed_in_at }),
    entry: JSON.parse(entry) as JsonObject, // a cast: only this file writes this column
    credentials: JSON.parse(credentials) as readonly CredentialFact[], // a cast: likewise
  };
}

function mustBe<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new StoreError('unreadable', 'expected the server that was just written');
  return value;
}
