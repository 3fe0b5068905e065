import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { ASSERTION_MS } from '../limits/index.ts';
import { AUTHORIZATION_SERVER } from './addresses.ts';
import { keyIn } from './bound.ts';
import type { DeskParts } from './contract.ts';
import type { Library } from './library.ts';
import { asksAsProgram, isTaken, noteShown } from './program-grant.ts';

const MS_PER_SECOND = 1_000;
/** As the library bears it. */
const TOLERANCE_MS = 15 * MS_PER_SECOND;
const ID_LENGTH_MAX = 256;
const KINDS: readonly unknown[] = ['JWT', 'client-authentication+jwt', undefined];

/** How clients sign: asymmetric alone. */
export const CLIENT_ALGORITHMS = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'] as const),
  ...(['EdDSA', 'Ed25519'] as const),
];

type Signed = {
  readonly context: KoaContextWithOIDC;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly header: Readonly<Record<string, unknown>>;
};
/** Whose key signed, by what it is known for good, and what to do once it counts. */
type Signer = { readonly id: string; readonly admit: () => void };

/** What is asked of an assertion that a client signed, beside what the library looks at itself. */
export function signing(
  parts: DeskParts,
  library: Library,
): Pick<Configuration, 'assertJwtClientAuthClaimsAndHeader'> {
  return {
    assertJwtClientAuthClaimsAndHeader: async (context, claims, header) => {
      const why = await refusalOf(parts, library, { context, claims, header });
      if (why !== undefined) throw new library.errors.InvalidClientAuth(why);
    },
  };
}

/**
 * Why an assertion is not taken whose signature is proven by now (RFC 7523 §3): it has to be for this gateway alone, for minutes, and
 * counts once. What it is for has to let in before that.
 */
async function refusalOf(
  parts: DeskParts,
  library: Library,
  { context, claims, header }: Signed,
): Promise<string | undefined> {
  const issuer = `${parts.url()}${AUTHORIZATION_SERVER}`;
  const { aud, exp, iss, jti, sub } = claims;
  if (aud !== issuer && aud !== `${issuer}/token`) return 'aud is not this gateway alone';
  if (typeof iss !== 'string' || iss !== sub) return 'iss and sub differ';
  if (!KINDS.includes(header['typ'])) return 'it is of another kind (typ)';
  if (typeof jti !== 'string' || jti.length > ID_LENGTH_MAX) return 'jti is too long';
  const untilMs = Number(exp) * MS_PER_SECOND + TOLERANCE_MS;
  if (!(untilMs - parts.clock.wallMs() <= ASSERTION_MS + TOLERANCE_MS)) return 'exp is too far away';
  const signer = asksAsProgram(library) ? programBehind(parts, context, iss) : vouchedBehind(parts, iss);
  if (signer === undefined) return 'nothing lets it in now';
  keyIn({ library, parts }, context);
  if (!(await parts.spend(`client assertion ${JSON.stringify([signer.id, jti])}`, Math.ceil(untilMs))))
    return 'it was shown before';
  signer.admit();
  return undefined;
}

function programBehind(parts: DeskParts, context: KoaContextWithOIDC, id: string): Signer | undefined {
  const signed = parts.keyed().find(({ name }) => name === id);
  const grant = signed && parts.store.grants.findByTokenHash(signed.tokenHash);
  if (signed === undefined || grant === undefined || !isTaken(parts, grant, context.req)) return undefined;
  return { id: grant.id, admit: () => noteShown(context, { grant, by: signed.key, shows: 'key' }) };
}

/** Its access is decided by what its provider says. */
function vouchedBehind({ vouching }: DeskParts, id: string): Signer | undefined {
  const isDeclared = vouching.clients().some((one) => one.id === id && one.jwks !== undefined);
  return isDeclared ? { id: `vouched ${id}`, admit: () => undefined } : undefined;
}
