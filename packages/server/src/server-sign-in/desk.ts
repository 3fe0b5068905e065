import { type Clock, SIGN_ON_MS } from '../limits/index.ts';
import type { Actor, SignInFacts, SignInGrant, Store } from '../store/index.ts';
import { hasAuthorization, plainAddress, type TokenPlace, type Tokens } from '../upstreams/index.ts';
import { addressFault } from './addresses.ts';
import { findClient, type Own } from './client.ts';
import {
  type Client,
  type Flow,
  type Given,
  type KeptTokens,
  Refused,
  type Returned,
  type SignInFault,
  type SignInServer,
} from './contract.ts';
import { type Asking, type Discovered, discover } from './discover.ts';
import { type AskingOptions, askingFor, farewell, type Left, type Place } from './farewell.ts';
import { beginFlow, exchangeCode, machineToken, revoke } from './grants.ts';
import { guarded } from './guarded.ts';
import type { Obtained } from './library.ts';
import { Renewals } from './renewals.ts';
import { scopesFor } from './scopes.ts';

type Fields = Readonly<Record<string, unknown>>;

export type DeskOptions = AskingOptions & {
  readonly store: Pick<Store, 'nowMs' | 'serverSignIns'>;
  readonly clock: Clock;
  readonly log: Readonly<Record<'info' | 'warn', (fields: Fields, message: string) => void>>;
  /** Of the configured address, never of a request's. */
  readonly own: () => Own;
};

/** With what the server's settings say of how its authorization server is reached. */
type Forgotten = Omit<SignInServer, 'target'> & Pick<Place, 'allowPrivate' | 'ca'>;

/** Signs the gateway in at servers. Nothing here rejects for what another side does. */
export interface SignInDesk extends Tokens {
  /** Where to send the browser of a person, and what it has to bring back. */
  begin(
    server: SignInServer,
    given: Given,
    by: Actor,
  ): Promise<{ ok: true; url: string; flow: Flow } | SignInFault>;
  /** What came back through the browser, of a flow of this server that nobody used before. */
  finish(
    server: SignInServer,
    arrival: { readonly flow: Flow; readonly returned: Returned },
    by: Actor,
  ): Promise<{ ok: true } | SignInFault>;
  /** Of the gateway as an OAuth client. */
  own(): Own;
  /** Signs in without a person, by the client's own name and secret. */
  signInAlone(server: SignInServer, given: Given, by: Actor): Promise<{ ok: true } | SignInFault>;
  /** Forgets tokens and client, and tells the authorization server; false: there was nothing. */
  forget(server: Forgotten, by: Actor): Promise<boolean>;
  /** As `farewell` has it. */
  farewell(servers: readonly Left[]): Promise<() => Promise<void>>;
}

export function openSignInDesk(options: DeskOptions): SignInDesk {
  return new Desk(options);
}

class Desk implements SignInDesk {
  readonly #options: DeskOptions;
  readonly #renewals: Renewals;

  constructor(options: DeskOptions) {
    this.#options = options;
    const { clock, log, store } = options;
    const askingFor = (place: Place) => this.#askingFor(place);
    this.#renewals = new Renewals({ store, clock, askingFor, warn: log.warn });
  }

  of(place: TokenPlace, refused?: string) {
    return this.#renewals.of(place, refused);
  }

  async lacks({ id, signedInAtMs }: TokenPlace, scopes: readonly string[]) {
    const { log, store } = this.#options;
    try {
      const missing = await store.serverSignIns.lacks(id, { signedInAtMs, scopes });
      if (missing !== undefined) log.warn({ server: id, missing }, LACKING);
      return true;
    } catch (error) {
      log.warn({ server: id, error: String(error) }, 'what a server misses could not be kept');
      return false;
    }
  }

  own(): Own {
    return this.#options.own();
  }

  begin(server: SignInServer, given: Given, by: Actor): ReturnType<SignInDesk['begin']> {
    return guarded(async () => {
      const { own, store } = this.#options;
      const { asking, found } = await this.#discover(server);
      const { metadata, resource } = found;
      const nowMs = store.nowMs();
      const kept = await this.#knownClient(server, metadata.issuer);
      const before = await this.#before(server, metadata.issuer);
      const scopes = scopesFor(found, { given, before, grant: 'authorization_code' });
      const client = await findClient(metadata, { asking, given, kept, own: own(), scopes, nowMs });
      const address = plainAddress(server.target.url);
      const { redirectUri } = own();
      const { flow, url } = await beginFlow({ metadata, resource, scopes, address, client, redirectUri });
      // Until somebody comes back the lack is there, and is asked for the next time as well.
      const lack = before?.missing === undefined ? {} : { missing: before.missing };
      const facts = { ...factsOf(server, { ...found, scopes }, { grant: 'authorization_code' }), ...lack };
      await store.serverSignIns.begin(
        placeOf(server),
        { facts, client: sealedClient(client, metadata.issuer) },
        by,
      );
      return { ok: true as const, url, flow };
    });
  }

  finish(
    server: SignInServer,
    { flow, returned }: { readonly flow: Flow; readonly returned: Returned },
    by: Actor,
  ): ReturnType<SignInDesk['finish']> {
    return guarded(async () => {
      if (flow.address !== plainAddress(server.target.url))
        throw new Refused(
          'sign_in_not_possible',
          'the server has another address than when the sign-in began',
        );
      const client = await this.#clientFor(server, flow.metadata.issuer);
      if (client === undefined)
        throw new Refused('sign_in_not_possible', 'the sign-in was deleted while it was under way');
      const asking = await this.#askingFor(reached(server));
      const askedAtMs = this.#options.store.nowMs();
      const { redirectUri } = this.#options.own();
      const obtained = await exchangeCode({ flow, client, returned, redirectUri, askedAtMs }, asking);
      return this.#keep(
        server,
        { obtained, made: { ...flow, client, grant: 'authorization_code', askedAtMs } },
        by,
      );
    });
  }

  signInAlone(server: SignInServer, given: Given, by: Actor): ReturnType<SignInDesk['signInAlone']> {
    return guarded(async () => {
      const { asking, found } = await this.#discover(server);
      const { metadata, resource } = found;
      const kept = await this.#clientFor(server, metadata.issuer);
      const isKept =
        kept?.how === 'given' && (given.clientId === undefined || given.clientId === kept.clientId);
      if ((given.clientId === undefined || given.clientSecret === undefined) && !isKept)
        throw new Refused('client_id_needed', 'expected clientId and clientSecret of a client for machines');
      const before = await this.#before(server, metadata.issuer);
      const scopes = scopesFor(found, { given, before, grant: 'client_credentials' });
      const askedAtMs = this.#options.store.nowMs();
      const finding = { asking, given, kept, own: this.#options.own(), scopes, nowMs: askedAtMs };
      const client = await findClient(metadata, finding);
      const made = { metadata, resource, scopes, client, grant: 'client_credentials' as const, askedAtMs };
      const obtained = await machineToken(made, asking);
      return this.#keep(server, { obtained, made }, by);
    });
  }

  async forget(server: Forgotten, by: Actor): Promise<boolean> {
    const { log, store } = this.#options;
    const forgotten = await store.serverSignIns.forget(placeOf(server), by);
    if (forgotten === undefined) return false;
    log.info(fieldsOf(server), 'the gateway is not signed in at a server any more');
    const { secret } = forgotten;
    if (secret === undefined) return true;
    // A cast: only this room writes what is sealed there.
    const tokens = JSON.parse(secret) as KeptTokens;
    const { allowPrivate, ca } = server;
    const asking = await this.#askingFor({ address: tokens.resource, allowPrivate, ca });
    const told = await guarded(() => revoke(tokens, asking));
    if (told !== undefined) log.warn({ ...fieldsOf(server), why: told.why }, 'tokens could not be revoked');
    return true;
  }

  farewell(servers: readonly Left[]): Promise<() => Promise<void>> {
    const { log } = this.#options;
    const warn = (fields: Fields) => log.warn(fields, 'tokens could not be revoked');
    return farewell({ ...this.#options, warn }, servers);
  }

  async #keep(server: SignInServer, { made, obtained }: { made: Made; obtained: Obtained }, by: Actor) {
    const { log, store } = this.#options;
    const { askedAtMs, client, grant, metadata, resource } = made;
    const { endsAtMs, scopes = made.scopes, ...tokens } = obtained;
    const kept: KeptTokens = {
      ...tokens,
      obtainedAtMs: askedAtMs,
      metadata,
      client,
      resource,
      scopes,
      grant,
    };
    const facts = factsOf(server, { metadata, scopes }, kept);
    const used: Client = { ...client, atMs: undefined };
    const isThere = await store.serverSignIns.connect(
      placeOf(server),
      {
        facts,
        client: sealedClient(used, metadata.issuer),
        tokens: { secret: JSON.stringify(kept), ...(endsAtMs === undefined ? {} : { endsAtMs }) },
        isBegun: grant === 'authorization_code',
      },
      by,
    );
    if (!isThere)
      throw new Refused('sign_in_not_possible', 'the server was removed, or the sign-in deleted, meanwhile');
    log.info({ ...fieldsOf(server), issuer: metadata.issuer, grant }, 'the gateway is signed in at a server');
    return { ok: true as const };
  }

  async #discover(server: SignInServer): Promise<{ asking: Asking; found: Discovered }> {
    const { headers, url } = server.target;
    if (hasAuthorization(headers))
      throw new Refused(
        'sign_in_not_possible',
        'expected a server without an Authorization header of its own',
      );
    const asking = await this.#askingFor(reached(server));
    const fault = addressFault(url, asking.allowPrivate);
    if (fault !== undefined)
      throw new Refused('sign_in_not_possible', `the server: ${fault}, as its token goes there`);
    return { asking, found: await discover(server, asking) };
  }

  #askingFor(place: Place): Promise<Asking> {
    return askingFor(this.#options, place);
  }

  /** What was known of the sign-in until now, where that is one of the same address and authorization server. */
  async #before({ id, target }: SignInServer, issuer: string): Promise<SignInFacts | undefined> {
    const facts = (await this.#options.store.serverSignIns.find(id))?.facts;
    return facts?.issuer === issuer && facts.address === plainAddress(target.url) ? facts : undefined;
  }

  /**
   * The client to go on with. One that registered is known there while it has tokens, or until somebody comes back, for as long as that
   * takes: authorization servers forget those that they hear nothing of, and tell only the browser that they know none of its name.
   */
  async #knownClient(server: SignInServer, issuer: string): Promise<Client | undefined> {
    const { store } = this.#options;
    const kept = await this.#clientFor(server, issuer);
    if (kept?.how !== 'registered') return kept;
    const signIn = await store.serverSignIns.find(server.id);
    const hasTokens = signIn?.state === 'connected' && signIn.facts.issuer === issuer;
    return hasTokens || store.nowMs() < (kept.atMs ?? 0) + SIGN_ON_MS ? kept : undefined;
  }

  async #clientFor({ id }: SignInServer, issuer: string): Promise<Client | undefined> {
    const secret = await this.#options.store.serverSignIns.clientFor(id, issuer);
    return secret === undefined ? undefined : (JSON.parse(secret) as Client); // a cast: as above
  }
}

const LACKING =
  'a server refuses requests for want of scopes: connect it again, which asks for them (server page, or POST /servers/{server}/connect)';

type Made = Pick<KeptTokens, 'metadata' | 'client' | 'resource' | 'scopes' | 'grant'> & {
  readonly askedAtMs: number;
};

type Named = Omit<SignInServer, 'target'>;

const reached = ({ target: { allowPrivate, tls, url } }: SignInServer): Place => ({
  ...{ address: url, allowPrivate, ca: tls?.ca },
});

const placeOf = ({ id, isDeclared = false, organization, slug }: Named) => ({
  ...{ organization, server: id, slug, isDeclared },
});
const fieldsOf = ({ organization, slug }: Named) => ({ server: slug, organization });
const sealedClient = (client: Client, issuer: string) => ({ issuer, secret: JSON.stringify(client) });

function factsOf(
  { target }: SignInServer,
  { metadata, scopes }: Pick<Discovered, 'metadata' | 'scopes'>,
  { grant, refreshToken }: { readonly grant: SignInGrant; readonly refreshToken?: string | undefined },
): SignInFacts {
  const renews = grant === 'client_credentials' || refreshToken !== undefined;
  return { issuer: metadata.issuer, address: plainAddress(target.url), scopes, grant, renews };
}
