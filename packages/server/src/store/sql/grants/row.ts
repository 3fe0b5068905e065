import type { JsonObject } from '@boomgate/engine';
import type { AccessToken, GrantRecord, GrantState, KnownGrant, StackMember } from '../../contract.ts';
import type { GrantTableRecord } from '../tables.ts';

/** A grant with its row's secrets: hashes in hex, the token sealed. */
export type Held = KnownGrant & {
  readonly sealedToken?: Uint8Array;
  /** When it was first known to be over. */
  readonly endedAtMs?: number;
};

export function encode(held: Held, changed: number): GrantTableRecord {
  const { accessTokens = [], endedAtMs, grant, previousHash, sealedToken, tokenHash } = held;
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
    sealed_token: sealedToken ?? null,
    previous_hash: previousHash === undefined ? null : Buffer.from(previousHash, 'hex'),
    previous_until: grant.overlapEndsAtMs ?? null,
    access_tokens: accessTokens.length === 0 ? null : JSON.stringify(accessTokens),
    owner_may_sign_in: grant.ownerMaySignIn === true ? 1 : 0,
    networks: grant.networks === undefined ? null : JSON.stringify(grant.networks),
    ended_at: endedAtMs ?? null,
    changed,
  };
}

export function decode(record: GrantTableRecord): Held {
  return {
    grant: grantOf(record),
    tokenHash: hexOf(record.token_hash),
    ...(record.sealed_token === null ? {} : { sealedToken: record.sealed_token }),
    ...(record.previous_hash === null ? {} : { previousHash: hexOf(record.previous_hash) }),
    ...(record.ended_at === null ? {} : { endedAtMs: record.ended_at }),
    // A cast: only `encode` writes this column.
    ...(record.access_tokens === null
      ? {}
      : { accessTokens: JSON.parse(record.access_tokens) as readonly AccessToken[] }),
  };
}

export function grantOf(record: GrantTableRecord): GrantRecord {
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
    ...(record.sealed_token === null ? {} : { isTokenKept: true }),
    ...(record.previous_until === null ? {} : { overlapEndsAtMs: record.previous_until }),
    ...(record.owner_may_sign_in === 1 ? { ownerMaySignIn: true } : {}),
    // A cast: only `encode` writes this column.
    ...(record.networks === null ? {} : { networks: JSON.parse(record.networks) as readonly string[] }),
  };
}

function hexOf(tokenHash: Uint8Array): string {
  return Buffer.from(tokenHash).toString('hex');
}
