import type { Adapter, AdapterPayload } from 'oidc-provider';
import { hashToken } from '../identity/index.ts';
import { CLIENT_MS } from '../limits/index.ts';
import type { AgentSignInRecord, KeptSignInRecord, Store } from '../store/index.ts';
import { grantOf } from './accounts.ts';
import { admit } from './admit.ts';
import { ASSERTION_GRANT } from './assertion-names.ts';
import type { VouchedClient } from './contract.ts';
import { endSignIn, readSignIn, SIGN_IN } from './signed-in.ts';

export type RecordParts = {
  readonly store: Pick<Store, 'agentSignIns' | 'grants' | 'nowMs'>;
  /** Those that the configuration file declares. */
  readonly clients: () => readonly VouchedClient[];
  /** Who asks for access with the secret of a grant; undefined for whoever asks otherwise. */
  readonly program: (id: string) => AdapterPayload | undefined;
  readonly requiresBound: () => boolean;
};

const MS_PER_SECOND = 1_000;

/** Told to the library as it tells its own refusals. */
export type UsedUp = (what: string) => Error;

/** Where the library keeps what it knows, one of these for each kind. Tokens are found as grants are, so that what ends one ends them. */
export class Records implements Adapter {
  readonly #kind: string;
  readonly #parts: RecordParts;
  readonly #usedUp: UsedUp;

  constructor(kind: string, { usedUp, ...parts }: RecordParts & { readonly usedUp: UsedUp }) {
    this.#kind = kind;
    this.#parts = parts;
    this.#usedUp = usedUp;
  }

  async upsert(key: string, payload: AdapterPayload, expiresInS?: number): Promise<void> {
    // A browser is not remembered: each sign-in of an agent is one that its person sees.
    if (this.#kind === 'Session') return;
    const { agentSignIns } = this.#parts.store;
    const lifeMs = expiresInS === undefined ? CLIENT_MS : expiresInS * MS_PER_SECOND;
    const endsAtMs = this.#parts.store.nowMs() + lifeMs;
    const of = this.#ownerOf(key, payload);
    if (of !== undefined && isToken(this.#kind)) await this.#prolong(of, payload, endsAtMs);
    if (of !== undefined && this.#kind === 'AccessToken')
      await this.#admit(key, { ...of, boundTo: payload['jkt'] }, endsAtMs);
    await agentSignIns.put({
      kind: this.#kind,
      key,
      content: JSON.stringify(payload),
      endsAtMs,
      ...(of === undefined ? {} : { of }),
    });
  }

  async find(key: string): Promise<AdapterPayload | undefined> {
    const program = this.#kind === 'Client' ? this.#parts.program(key) : undefined;
    if (program !== undefined) return program;
    const declared = this.#kind === 'Client' ? this.#parts.clients().find(({ id }) => id === key) : undefined;
    if (declared !== undefined) return asClient(declared);
    const kept = await this.#parts.store.agentSignIns.find(this.#kind, key);
    return kept && payloadOf(kept, this.#parts.store.nowMs());
  }

  /** There are no codes that people type, and no sessions. */
  findByUserCode = async (): Promise<undefined> => undefined;
  findByUid = async (): Promise<undefined> => undefined;

  async consume(key: string): Promise<void> {
    // Once what it is for is there (`spendLast`).
    if (this.#kind === 'RefreshToken') return;
    if (!(await this.#parts.store.agentSignIns.useUp(this.#kind, key))) throw this.#usedUp(this.#kind);
  }

  async destroy(key: string): Promise<void> {
    const { agentSignIns, grants } = this.#parts.store;
    if (this.#kind === 'Grant') {
      await endSignIn(this.#parts.store, key);
      return;
    }
    if (this.#kind === 'AccessToken') {
      const account = (await this.find(key))?.accountId;
      if (account !== undefined) await grants.endAccess(grantOf(account).id, { hash: hashToken(key) });
    }
    await agentSignIns.remove(this.#kind, key);
  }

  /** What the library calls a grant is one sign-in here. */
  revokeByGrantId(signIn: string): Promise<void> {
    return endSignIn(this.#parts.store, signIn);
  }

  #ownerOf(key: string, { accountId, grantId }: AdapterPayload): AgentSignInRecord['of'] {
    const signIn = this.#kind === 'Grant' ? key : grantId;
    return accountId === undefined || signIn === undefined
      ? undefined
      : { signIn, grant: grantOf(accountId).id };
  }

  /** Whoever gets a token may come back for as long as that lives, and is known for as long. */
  async #prolong(
    { signIn }: { readonly signIn: string },
    { clientId = '' }: AdapterPayload,
    endsAtMs: number,
  ): Promise<void> {
    const { agentSignIns } = this.#parts.store;
    await agentSignIns.extend('Grant', signIn, endsAtMs);
    await agentSignIns.extend(SIGN_IN, signIn, endsAtMs);
    await agentSignIns.extend('Client', clientId, endsAtMs);
  }

  async #admit(
    token: string,
    { boundTo, grant, signIn }: NonNullable<AgentSignInRecord['of']> & { readonly boundTo: unknown },
    endsAtMs: number,
  ): Promise<void> {
    const { requiresBound, store } = this.#parts;
    const isBound = typeof boundTo === 'string';
    if (!isBound && requiresBound()) throw this.#usedUp('what is given without a key');
    const kept = await store.agentSignIns.find(SIGN_IN, signIn);
    const by = kept && readSignIn(kept).by;
    const access = {
      ...{ grant, signIn, endsAtMs },
      ...(by === undefined ? {} : { by }),
      ...(isBound ? { boundTo } : {}),
    };
    const admitted = await admit(store, token, access);
    if (admitted !== 'done') throw this.#usedUp(admitted);
  }
}

/** It has no addresses of return: no browser comes back to it. */
function asClient({ id, jwks, secret }: VouchedClient): AdapterPayload {
  return {
    client_id: id,
    ...(jwks === undefined
      ? { client_secret: secret, token_endpoint_auth_method: 'client_secret_basic' }
      : { jwks: { keys: jwks }, token_endpoint_auth_method: 'private_key_jwt' }),
    ...{ grant_types: [ASSERTION_GRANT], response_types: [], redirect_uris: [] },
  };
}

const isToken = (kind: string): boolean => kind === 'AccessToken' || kind === 'RefreshToken';

/**
 * It ends when the record does, which may have been prolonged since it was written. The library reads the system's clock, which need not agree
 * with the time of all replicas: it is told how much is left.
 */
function payloadOf({ content, endsAtMs, usedAtMs }: KeptSignInRecord, nowMs: number): AdapterPayload {
  // A cast: only `upsert` writes what is found here.
  const payload = JSON.parse(content) as AdapterPayload;
  return {
    ...payload,
    ...(payload.exp === undefined
      ? {}
      : { exp: Math.floor((Date.now() + endsAtMs - nowMs) / MS_PER_SECOND) }),
    ...(usedAtMs === undefined ? {} : { consumed: Math.floor(usedAtMs / MS_PER_SECOND) }),
  };
}
