import { ACCESS_TOKENS_OF_GRANT } from '../../../limits/index.ts';
import type { AccessToken, Grants } from '../../contract.ts';
import type { Held } from './row.ts';

/**
 * With one token more, which always stays; without those that are over, and of too many the ones that end first: of its own sign-in as long
 * as there are any, so that no agent ends those of others; then of what let it in, as a workload that names its branches has many subjects.
 */
export function withAccess(held: Held, token: AccessToken, nowMs: number): Held {
  const others = (held.accessTokens ?? []).filter(
    ({ endsAtMs, hash }) => endsAtMs > nowMs && hash !== token.hash,
  );
  const isAlike = ({ by }: AccessToken) => by !== undefined && by === token.by;
  const nearness = (one: AccessToken) => (one.signIn === token.signIn ? 2 : Number(isAlike(one)));
  const staying = others.toSorted((a, b) => nearness(a) - nearness(b) || b.endsAtMs - a.endsAtMs);
  return { ...held, accessTokens: [...staying.slice(0, ACCESS_TOKENS_OF_GRANT - 1), token] };
}

/** Undefined where there is none of these. */
export function withoutAccess(held: Held, which: Parameters<Grants['endAccess']>[1]): Held | undefined {
  const { accessTokens = [] } = held;
  const isMeant = (token: AccessToken) =>
    'hash' in which ? token.hash === which.hash : token.signIn === which.signIn;
  const kept = accessTokens.filter((token) => !isMeant(token));
  if (kept.length === accessTokens.length) return undefined;
  return kept.length === 0 ? withoutAnyAccess(held) : { ...held, accessTokens: kept };
}

export function withoutAnyAccess({ accessTokens: _, ...held }: Held): Held {
  return held;
}

type Overlap = { readonly overlapMs: number; readonly nowMs: number };

/** Access tokens once the grant has another token: those that its own one let be given last as long as that, and those of the one before are over. */
export function withoutSecret(
  { accessTokens, previousHash, tokenHash }: Held,
  { nowMs, overlapMs }: Overlap,
): Pick<Held, 'accessTokens'> {
  const kept = accessTokens?.flatMap((token) => {
    if (token.by === undefined || ![tokenHash, previousHash].includes(token.by)) return [token];
    if (token.by === previousHash || overlapMs <= 0) return [];
    return [{ ...token, endsAtMs: Math.min(token.endsAtMs, nowMs + overlapMs) }];
  });
  return kept === undefined || kept.length === 0 ? {} : { accessTokens: kept };
}
