import type { AccessedGrant, CallStore, GrantRecord } from '../store/index.ts';
import { hashToken } from './token.ts';

/** Who a request comes from: the grant that it presented, active and for this server or stack. */
export type Agent = {
  readonly grant: GrantRecord;
  /** By which the grant can be looked up again. */
  readonly credential: Credential;
  /** Slug of the server that is asked for; empty for a stack. */
  readonly place: string;
  /** The token that it presented and the key that this is bound to, whose owner alone may present it; absent of any other token. */
  readonly bound?: BoundToken;
};

export type BoundToken = { readonly value: string; readonly boundTo: string };

/** The token of a grant, or an access token that stands for one; `hash` is its SHA-256, hex. */
export type Credential = { readonly kind: 'grant' | 'access'; readonly hash: string };

export type Question = {
  /** The value of the one `Authorization` header, if there is exactly one. */
  readonly authorization: string | undefined;
  /** What is taken at the address that was asked: one kind is nothing where the other is. */
  readonly takes: Credential['kind'];
  /**
   * Slug of the server that is asked for, among those of an organisation; empty for a stack, undefined when no such server
   * is registered there.
   */
  readonly placeIn: (organization: string) => string | undefined;
  readonly nowMs: number;
  /** Whether a token that is not known is looked for where other processes mint; asked for such a token alone. */
  readonly mayBeNew: () => boolean;
};

const BEARER = /^bearer ([\x21-\x7e]{1,512})$/i;
/** With a proof (RFC 9449 §7.1). */
const WITH_PROOF = /^dpop ([\x21-\x7e]{1,512})$/i;

/** Whether a header presents a token with a proof, whatever that is. */
export function isWithProof(authorization = ''): boolean {
  return /^dpop /i.test(authorization);
}

/**
 * The agent behind an `Authorization` header, or undefined. Missing, malformed, unknown, expired, paused and
 * revoked tokens, and grants of another server, are all the same to the caller, so that an agent learns nothing (gateway §1).
 */
export async function identify(grants: CallStore['grants'], question: Question): Promise<Agent | undefined> {
  const { authorization = '' } = question;
  const plain = BEARER.exec(authorization)?.[1];
  const token = plain ?? WITH_PROOF.exec(authorization)?.[1];
  if (token === undefined) return undefined;
  const credential: Credential = { kind: question.takes, hash: hashToken(token) };
  const grant =
    grantBehind(grants, credential) ??
    (question.mayBeNew() ? await findNewGrant(grants, credential) : undefined);
  if (grant === undefined) return undefined;
  const { boundTo } = grant;
  // What nothing has to be proven of is presented without a proof.
  if (boundTo === undefined && plain === undefined) return undefined;
  const place = question.placeIn(grant.organization);
  if (place === undefined || !opens(grant, { server: place, nowMs: question.nowMs })) return undefined;
  return boundTo === undefined
    ? { grant, credential, place }
    : { grant, credential, place, bound: { value: token, boundTo } };
}

/** The grant that a credential stands for, as one that ends no later than that; not judged. */
export function grantBehind(
  grants: Pick<CallStore['grants'], 'findByTokenHash' | 'findByAccessHash'>,
  { hash, kind }: Credential,
): AccessedGrant | undefined {
  return kind === 'grant' ? grants.findByTokenHash(hash) : grants.findByAccessHash(hash);
}

/** Whether a grant opens this server, or stack, now. */
export function opens(
  grant: GrantRecord,
  { nowMs, server }: { readonly server: string; readonly nowMs: number },
): boolean {
  if (grant.state !== 'active' || grant.server !== server) return false;
  return grant.expiresAtMs === undefined || nowMs < grant.expiresAtMs;
}

/** The same where another process minted it a moment ago, and it is not in memory yet. */
export async function findNewGrant(
  grants: CallStore['grants'],
  credential: Credential,
): Promise<AccessedGrant | undefined> {
  await grants.refresh();
  return grantBehind(grants, credential);
}
