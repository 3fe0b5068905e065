import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AdapterPayload, ClientMetadata, KoaContextWithOIDC } from 'oidc-provider';
import { findNewGrant, grantBehind, hashToken, isPresentable, opens, takesFrom } from '../identity/index.ts';
import type { GrantRecord } from '../store/index.ts';
import { placeOf } from './addresses.ts';
import { keyIn } from './bound.ts';
import type { DeskParts } from './contract.ts';
import type { AuthorizationServer, Library } from './library.ts';
import { clientIdOf, PROGRAM_GRANT } from './program-id.ts';
import { accessFor, standingOf } from './unattended.ts';

type Inside = AuthorizationServer & { readonly parts: DeskParts };
/** A grant whose secret was shown, as one that ends no later than that, and its hash; or for which a key of it has signed. */
export type Shown = {
  readonly grant: GrantRecord;
  readonly shows: 'secret' | 'key';
  /** What its access ends with (`AccessToken.by`). */
  readonly by: string;
};
const shown = new WeakMap<object, Shown>();

/** Notes for a request what it has shown. */
export function noteShown({ oidc }: KoaContextWithOIDC, found: Shown): void {
  shown.set(oidc, found);
}

/** What no program shows: the library wants a secret, and grants keep hashes. */
const UNSHOWN = randomBytes(32).toString('base64url');

/**
 * Whoever asks for access as a program, whatever it calls itself: whether there is such a grant is known once its secret is compared, so that nobody
 * learns it before.
 */
export function asProgram({ keyed }: DeskParts, library: Library, id: string): AdapterPayload | undefined {
  if (!asksAsProgram(library)) return undefined;
  const program = { client_id: id, grant_types: [PROGRAM_GRANT], response_types: [], redirect_uris: [] };
  if (library.default.ctx?.oidc.params?.['client_assertion'] === undefined)
    return { ...program, client_secret: UNSHOWN, token_endpoint_auth_method: 'client_secret_basic' };
  const signing = keyed().find(({ name }) => name === id);
  return (
    signing && { ...program, jwks: { keys: signing.jwks }, token_endpoint_auth_method: 'private_key_jwt' }
  );
}

export function asksAsProgram({ default: { ctx } }: Library): boolean {
  return ctx?.oidc.route === 'token' && ctx.oidc.params?.['grant_type'] === PROGRAM_GRANT;
}

/** Whoever registered by themselves is no program of a grant. */
export function refusePrograms(library: Library, { grant_types: types }: ClientMetadata): void {
  if (types?.includes(PROGRAM_GRANT) !== true || asksAsProgram(library)) return;
  throw new library.errors.InvalidClientMetadata(`grant_types must not contain ${PROGRAM_GRANT}`);
}

/** Has the token endpoint give access for the secret of a grant (RFC 6749 §4.4). */
export function takePrograms(parts: DeskParts, server: AuthorizationServer): void {
  const inside = { ...server, parts };
  const { prototype } = server.provider.Client;
  const compareOther = prototype.compareClientSecret;
  prototype.compareClientSecret = async function compare(secret) {
    if (!this.grantTypes?.includes(PROGRAM_GRANT)) return compareOther.call(this, secret);
    const context = server.library.default.ctx;
    const found = context && (await opened(inside, context, { id: this.clientId, secret }));
    if (context === undefined || found === undefined) return false;
    noteShown(context, found);
    return true;
  };
  const handler = async (context: KoaContextWithOIDC): Promise<void> => {
    const found = shown.get(context.oidc);
    if (found === undefined) throw new server.library.errors.InvalidClientAuth('no secret was shown');
    await answerProgram(inside, context, found);
  };
  server.provider.registerGrantType(PROGRAM_GRANT, handler, ['resource', 'scope']);
}

/** The grant of a secret, found as one is that an agent presents; none where that would not let in from there now. */
async function opened(
  { parts }: Inside,
  { req }: KoaContextWithOIDC,
  { id, secret }: { readonly id: string; readonly secret: string },
): Promise<Shown | undefined> {
  const { store } = parts;
  // A form carries spaces, which headers do not.
  if (!isPresentable(secret)) return undefined;
  const by = hashToken(secret);
  const credential = { kind: 'grant', hash: by } as const;
  const grant = grantBehind(store.grants, credential) ?? (await findNewGrant(store.grants, credential));
  if (grant === undefined || clientIdOf(grant) !== id) return undefined;
  return isTaken(parts, grant, req) ? { grant, by, shows: 'secret' } : undefined;
}

/** Whether a grant lets in now, and from there. */
export function isTaken(
  { clock, senderOf, usedElsewhere }: DeskParts,
  grant: GrantRecord,
  request: IncomingMessage,
): boolean {
  if (!opens(grant, { server: grant.server, nowMs: clock.wallMs() })) return false;
  const address = senderOf(request);
  if (takesFrom(grant, address)) return true;
  usedElsewhere(grant, address);
  return false;
}

async function answerProgram(inside: Inside, context: KoaContextWithOIDC, shown: Shown): Promise<void> {
  const { library, parts } = inside;
  if (!isFor(parts, shown.grant, context.oidc.params?.['resource']))
    throw new library.errors.InvalidTarget(
      'expected resource to be the address that the grant is for, or none',
    );
  const boundTo = keyIn(inside, context);
  const { by, grant, shows } = shown;
  const address = parts.senderOf(context.req);
  const standing = await standingOf(parts, {
    grant,
    key: [shows, by],
    actor: { kind: 'system', via: 'api', address, id: grant.id, name: `program of ${grant.name}` },
    shown: { client: { name: clientIdOf(grant) }, shows },
    besides: { by },
  });
  context.body = await accessFor(inside, context, { grant, standing, gty: PROGRAM_GRANT, boundTo });
}

/** A grant is for one place: what is asked for has to be that one, if anything is. */
function isFor({ placeIn, url }: DeskParts, { organization, server }: GrantRecord, asked: unknown): boolean {
  const wanted = asked === undefined ? [] : [asked].flat().map(String);
  return wanted.every((one) => {
    const place = placeOf(one, url());
    return place !== undefined && placeIn(organization, place) === server;
  });
}
