import type { CallStore, GrantRecord } from '../store/index.ts';
import { hashToken } from './token.ts';

/** Who a request comes from: the grant that it presented, active and for this server or stack. */
export type Agent = {
  readonly grant: GrantRecord;
  /** By which the grant can be looked up again. */
  readonly tokenHash: string;
  /** Slug of the server that is asked for; empty for a stack. */
  readonly place: string;
};

export type Question = {
  /** The value of the one `Authorization` header, if there is exactly one. */
  readonly authorization: string | undefined;
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

/**
 * The agent behind an `Authorization` header, or undefined. Missing, malformed, unknown, expired, paused and
 * revoked tokens, and grants of another server, are all the same to the caller, so that an agent learns nothing (gateway §1).
 */
export async function identify(grants: CallStore['grants'], question: Question): Promise<Agent | undefined> {
  const token = BEARER.exec(question.authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  const tokenHash = hashToken(token);
  const grant =
    grants.findByTokenHash(tokenHash) ??
    (question.mayBeNew() ? await findNewGrant(grants, tokenHash) : undefined);
  if (grant === undefined) return undefined;
  const place = question.placeIn(grant.organization);
  if (place === undefined || !opens(grant, { server: place, nowMs: question.nowMs })) return undefined;
  return { grant, tokenHash, place };
}

/** Whether a grant opens this server, or stack, now. */
export function opens(
  grant: GrantRecord,
  { nowMs, server }: { readonly server: string; readonly nowMs: number },
): boolean {
  if (grant.state !== 'active' || grant.server !== server) return false;
  return grant.expiresAtMs === undefined || nowMs < grant.expiresAtMs;
}

/** A grant that another process minted a moment ago is not in memory yet. */
async function findNewGrant(grants: CallStore['grants'], hash: string): Promise<GrantRecord | undefined> {
  await grants.refresh();
  return grants.findByTokenHash(hash);
}
