import { hash } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { ACCESS_TOKEN_MS } from '../limits/index.ts';
import type { Actor, GrantRecord } from '../store/index.ts';
import { accountOf } from './accounts.ts';
import { SCOPE } from './addresses.ts';
import type { DeskParts } from './contract.ts';
import type { AuthorizationServer } from './library.ts';
import { type KeptSignIn, readSignIn, SIGN_IN, signInRecord } from './signed-in.ts';

const MS_PER_SECOND = 1_000;

/** Somebody who comes without a person at a browser, by what they show. */
type Unattended = {
  readonly grant: GrantRecord;
  /** What tells them from others that come with the grant. */
  readonly key: readonly string[];
  readonly actor: Actor;
  /** What is kept of them, and stands in the row of their beginning. */
  readonly shown: Pick<KeptSignIn, 'client' | 'provider' | 'shows' | 'workload'>;
  /** What is kept besides. */
  readonly besides?: Pick<KeptSignIn, 'by' | 'person'>;
};

/** How long access may last that is given now. */
export type Standing = { readonly id: string; readonly lifeMs: number; readonly endsAtMs: number };

/** One sign-in for each of them and grant, which goes on as long as they come back in time; its beginning leaves a row. */
export async function standingOf(
  { clock, store }: Pick<DeskParts, 'clock' | 'store'>,
  { actor, besides = {}, grant, key, shown }: Unattended,
): Promise<Standing> {
  const id = hash('sha256', JSON.stringify([grant.id, ...key]), 'hex').slice(0, 32);
  const before = await store.agentSignIns.find(SIGN_IN, id);
  const nowMs = store.nowMs();
  const leftMs = (grant.expiresAtMs ?? Number.POSITIVE_INFINITY) - clock.wallMs();
  const lifeMs = Math.min(ACCESS_TOKEN_MS, leftMs);
  const endsAtMs = nowMs + lifeMs;
  if (before === undefined)
    await store.audit.record({
      organization: grant.organization,
      actor,
      action: 'grant.signed_in',
      target: { kind: 'grant', id: grant.id, name: grant.name },
      after: { ...shown, client: { ...shown.client } },
    });
  const atMs = before === undefined ? nowMs : readSignIn(before).atMs;
  await store.agentSignIns.put(signInRecord({ id, grant: grant.id, ...shown, ...besides, atMs }, endsAtMs));
  return { id, lifeMs, endsAtMs };
}

type Given = {
  readonly grant: GrantRecord;
  readonly standing: Standing;
  /** By which way it is given, as the library names it. */
  readonly gty: string;
  readonly boundTo: string | undefined;
};

/** An access token, as the endpoint for tokens answers (RFC 6749 §5.1). */
export async function accessFor(
  { provider }: AuthorizationServer,
  { oidc: { client } }: KoaContextWithOIDC,
  { boundTo, grant, gty, standing: { id, lifeMs } }: Given,
): Promise<object> {
  // By the time of a way of access the library has authenticated one.
  if (client === undefined) throw new Error('no client was authenticated');
  const token = new provider.AccessToken({
    ...{ accountId: accountOf(grant), grantId: id, gty, scope: SCOPE },
    ...{ client, expiresIn: Math.max(1, Math.floor(lifeMs / MS_PER_SECOND)) },
  });
  if (boundTo !== undefined) token.setThumbprint('jkt', boundTo);
  const value = await token.save();
  const kind = boundTo === undefined ? 'Bearer' : 'DPoP';
  return { access_token: value, token_type: kind, expires_in: token.expiration, scope: SCOPE };
}
