import type { JsonObject } from '@boomgate/engine';
import { MISSING_SCOPES_MAX } from '../../limits/index.ts';
import {
  type Actor,
  type ServerSignIn,
  type ServerSignIns,
  type SignInFacts,
  type SignInInForce,
  type SignInPlace,
  StoreError,
  type TokensOf,
} from '../contract.ts';
import { placeOfSignIn } from '../sealed-columns.ts';
import type { SqlExecutor } from './executor.ts';
import { build, type ServerSignInTableRecord } from './tables.ts';
import { all, change, first, type Work } from './work.ts';

type Row = ServerSignInTableRecord;

/** What is sealed of a client: for whom it is stands with it, so that it is presented to nobody else. */
type KeptClient = { readonly issuer: string; readonly secret: string };

const OPEN = build.selectFrom('server_sign_ins').selectAll();

/** Within the transaction that removes a server. */
export function* forgetSignIn(server: string): Work<void> {
  yield* change(build.deleteFrom('server_sign_ins').where('server', '=', server));
  yield* change(build.updateTable('servers').set({ signed_in_at: 0 }).where('id', '=', server));
}

/** One row for each server; facts as JSON, client and tokens sealed as a text each. */
export class SqlServerSignIns implements ServerSignIns {
  readonly #executor: SqlExecutor;
  readonly #nowMs: () => number;

  /** Claims go by `nowMs`: for a replica whose clock is ahead, that of another would be over as it begins. */
  constructor(executor: SqlExecutor, nowMs: () => number) {
    this.#executor = executor;
    this.#nowMs = nowMs;
  }

  async list(organization?: string): ReturnType<ServerSignIns['list']> {
    const joined = build
      .selectFrom('server_sign_ins')
      .innerJoin('servers', 'servers.id', 'server_sign_ins.server')
      .selectAll('server_sign_ins')
      .select('servers.slug')
      .orderBy('server_sign_ins.organization')
      .orderBy('servers.slug');
    const wanted =
      organization === undefined ? joined : joined.where('server_sign_ins.organization', '=', organization);
    const rows = await this.#executor.read(() => all(wanted));
    return rows.map((row) => ({ ...decode(row), slug: row.slug }));
  }

  async find(server: string): Promise<ServerSignIn | undefined> {
    const row = await this.#executor.read(() => rowOf(server));
    return row && decode(row);
  }

  async findNamed(organization: string, slug: string): Promise<ServerSignIn | undefined> {
    const servers = build.selectFrom('servers').select('id').where('organization', '=', organization);
    const named = OPEN.where('server', 'in', servers.where('slug', '=', slug));
    const row = await this.#executor.read(() => first(named));
    return row && decode(row);
  }

  async inForce(organization: string): Promise<ReadonlyMap<string, SignInInForce>> {
    const joined = build
      .selectFrom('server_sign_ins')
      .innerJoin('servers', 'servers.id', 'server_sign_ins.server')
      .select(['server_sign_ins.server', 'server_sign_ins.facts', 'servers.signed_in_at'])
      .where('server_sign_ins.organization', '=', organization)
      .where('servers.signed_in_at', '>', 0);
    const rows = await this.#executor.read(() => all(joined));
    return new Map(
      rows.map(({ facts, server, signed_in_at: signedInAtMs }) => {
        const { address } = JSON.parse(facts) as SignInFacts; // a cast: only this file writes this column
        return [server, { address, signedInAtMs }];
      }),
    );
  }

  clientFor(server: string, issuer: string): Promise<string | undefined> {
    const { vault } = this.#executor;
    return this.#executor.read(function* () {
      const row = yield* rowOf(server);
      if (row === undefined || row.client === null) return undefined;
      // A cast: only `sealClient` writes what opens at this place.
      const kept = JSON.parse(vault.open(placeOfSignIn(row, 'client'), row.client)) as KeptClient;
      return kept.issuer === issuer ? kept.secret : undefined;
    });
  }

  tokensOf(server: string): ReturnType<ServerSignIns['tokensOf']> {
    const { vault } = this.#executor;
    return this.#executor.read(function* () {
      const row = yield* rowOf(server);
      if (row === undefined || row.tokens === null) return undefined;
      return { signIn: decode(row), secret: vault.open(placeOfSignIn(row, 'tokens'), row.tokens) };
    });
  }

  async begin(
    place: SignInPlace,
    { client, facts }: Parameters<ServerSignIns['begin']>[1],
    by: Actor,
  ): Promise<void> {
    const executor = this.#executor;
    await executor.write(function* () {
      const before = yield* rowOf(place.server);
      const sealed = sealClient(executor, place, client);
      if (before === undefined) {
        const fresh = { ...emptyRow(place), state: 'begun', facts: JSON.stringify(facts), client: sealed };
        yield* change(build.insertInto('server_sign_ins').values(fresh));
      } else {
        const told = before.state === 'connected' ? {} : { facts: JSON.stringify(facts) };
        yield* change(ofServer(place.server).set({ ...told, client: sealed }));
      }
      yield* note(executor, 'server.sign_in_began', { place, by, after: shown(facts, place) });
    });
  }

  connect(
    place: SignInPlace,
    { client, facts, isBegun = false, tokens }: Parameters<ServerSignIns['connect']>[1],
    by: Actor,
  ): Promise<boolean> {
    const executor = this.#executor;
    return executor.write(function* () {
      const before = yield* rowOf(place.server);
      if (isBegun && before === undefined) return false;
      const nowMs = executor.clock.wallMs();
      // Another one than that of before, whatever the clock says: by it everybody tells that the tokens are others.
      const signedInAt = Math.max(nowMs, (yield* signedInAtOf(place.server)) + 1);
      const server = build.updateTable('servers').where('id', '=', place.server);
      const there = place.isDeclared === true ? server : server.where('entry', 'is not', null);
      if ((yield* change(there.set({ signed_in_at: signedInAt }))) === 0) return false;
      if (before === undefined) yield* change(build.insertInto('server_sign_ins').values(emptyRow(place)));
      const row = {
        state: 'connected',
        facts: JSON.stringify(facts),
        client: sealClient(executor, place, client),
        ...sealTokens(executor, place, tokens),
        // Higher than that of any sign-in that was forgotten, whose renewal may be under way.
        version: Math.max((before?.version ?? 0) + 1, nowMs),
        lease_until: 0,
      };
      yield* change(ofServer(place.server).set(row));
      yield* note(executor, 'server.signed_in', { place, by, after: shown(facts, place) });
      return true;
    });
  }

  async claim(server: string, version: number, forMs: number): Promise<boolean> {
    const nowMs = this.#nowMs();
    const over = ofVersion(server, version).where('lease_until', '<=', nowMs);
    const free = over.set({ lease_until: nowMs + forMs });
    return (await this.#executor.write(() => change(free))) > 0;
  }

  renewed(server: string, version: number, tokens: TokensOf): Promise<boolean> {
    const executor = this.#executor;
    return executor.write(function* () {
      const row = yield* rowOf(server);
      if (row?.version !== version) return false;
      const next = { ...sealTokens(executor, row, tokens), version: version + 1, lease_until: 0 };
      return (yield* change(ofServer(server).set(next))) > 0;
    });
  }

  async release(server: string, version: number, restMs: number): Promise<void> {
    const rested = { lease_until: this.#nowMs() + restMs };
    await this.#executor.write(() => change(ofVersion(server, version).set(rested)));
  }

  async needsSignIn(server: string, version: number): Promise<void> {
    const over = {
      state: 'needs_sign_in',
      tokens: null,
      ends_at: null,
      version: version + 1,
      lease_until: 0,
    };
    await this.#executor.write(() => change(ofVersion(server, version).set(over)));
  }

  lacks(
    server: string,
    { scopes, signedInAtMs }: Parameters<ServerSignIns['lacks']>[1],
  ): ReturnType<ServerSignIns['lacks']> {
    return this.#executor.write(function* () {
      const row = yield* rowOf(server);
      if (row?.state !== 'connected' || (yield* signedInAtOf(server)) !== signedInAtMs) return undefined;
      const { facts } = decode(row);
      const found = scopes.filter((one) => !facts.scopes.includes(one));
      const missing = [...new Set([...(facts.missing ?? []), ...found])].slice(0, MISSING_SCOPES_MAX);
      if (missing.length === facts.missing?.length) return undefined;
      const next: SignInFacts = { ...facts, missing };
      yield* change(ofServer(server).set({ facts: JSON.stringify(next) }));
      return missing;
    });
  }

  forget(place: SignInPlace, by: Actor): ReturnType<ServerSignIns['forget']> {
    const executor = this.#executor;
    return executor.write(function* () {
      const row = yield* rowOf(place.server);
      if (row === undefined) return undefined;
      yield* forgetSignIn(place.server);
      yield* note(executor, 'server.signed_out', { place, by, before: shown(decode(row).facts, place) });
      const secret = openedTokens(executor, row);
      return secret === undefined ? {} : { secret };
    });
  }
}

/** Undefined also for what cannot be opened any more: it is forgotten all the same. */
function openedTokens({ vault }: SqlExecutor, row: Row): string | undefined {
  try {
    return row.tokens === null ? undefined : vault.open(placeOfSignIn(row, 'tokens'), row.tokens);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'unreadable') return undefined;
    throw error;
  }
}

const rowOf = (server: string): Work<Row | undefined> => first(OPEN.where('server', '=', server));
const ofServer = (server: string) => build.updateTable('server_sign_ins').where('server', '=', server);
const ofVersion = (server: string, version: number) => ofServer(server).where('version', '=', version);

/** 0 of a server at which nobody is signed in. */
function* signedInAtOf(server: string): Work<number> {
  const since = build.selectFrom('servers').select('signed_in_at').where('id', '=', server);
  return (yield* first(since))?.signed_in_at ?? 0;
}

function emptyRow({ organization, server }: SignInPlace): Row {
  const nothing = { client: null, tokens: null, ends_at: null, version: 0, lease_until: 0 };
  return { server, organization, state: 'begun', facts: '{}', ...nothing };
}

type Sealing = { readonly organization: string; readonly server: string };

function sealClient({ vault }: SqlExecutor, place: Sealing, { issuer, secret }: KeptClient): Uint8Array {
  return vault.seal(placeOfSignIn(place, 'client'), JSON.stringify({ issuer, secret } satisfies KeptClient));
}

function sealTokens({ vault }: SqlExecutor, place: Sealing, { endsAtMs, secret }: TokensOf) {
  return { tokens: vault.seal(placeOfSignIn(place, 'tokens'), secret), ends_at: endsAtMs ?? null };
}

function decode({ ends_at, facts, organization, server, state, version }: Row): ServerSignIn {
  return {
    ...{ server, organization, version },
    state: state as ServerSignIn['state'], // a cast: only this file writes this column
    facts: JSON.parse(facts) as SignInFacts, // a cast: likewise
    ...(ends_at === null ? {} : { endsAtMs: ends_at }),
  };
}

/** Of a file's server no text that a variable may have come into. */
const shown = (
  { address, grant, issuer, renews, scopes }: SignInFacts,
  { isDeclared }: SignInPlace,
): JsonObject => ({
  ...{ issuer, address: isDeclared === true ? (URL.parse(address)?.origin ?? '') : address, grant, renews },
  scopes: [...scopes],
});

type Noted = {
  readonly place: SignInPlace;
  readonly by: Actor;
  readonly before?: JsonObject;
  readonly after?: JsonObject;
};

function note(executor: SqlExecutor, action: string, { by, place, ...facts }: Noted): Work<unknown> {
  const { organization, server, slug } = place;
  return executor.note({
    organization,
    actor: by,
    action,
    target: { kind: 'server', id: server, name: slug },
    ...facts,
  });
}
