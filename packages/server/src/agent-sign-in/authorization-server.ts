import { PROOF_NONCE } from '../identity/index.ts';
import { StoreError } from '../store/index.ts';
import { AUTHORIZATION_SERVER } from './addresses.ts';
import { takeAssertions } from './assertion-grant.ts';
import { ASSERTION_GRANT, ASSERTION_PROFILE } from './assertion-names.ts';
import { lacksProof, PROOF_EXPECTED } from './bound.ts';
import { CLIENT_METHODS, configuration } from './configuration.ts';
import type { DeskParts } from './contract.ts';
import type { AuthorizationServer } from './library.ts';
import { takePrograms } from './program-grant.ts';
import { IN_BROWSERS, tellToWait, UNAVAILABLE } from './refusals.ts';
import { spendLast } from './spend-last.ts';
import { noteUsedTwice } from './used-twice.ts';

/** Loads the library, which is needed where agents sign in by themselves alone, and sets it up. */
export async function openAuthorizationServer(parts: DeskParts): Promise<AuthorizationServer> {
  const library = await import('oidc-provider');
  const issuer = `${parts.url()}${AUTHORIZATION_SERVER}`;
  const provider = new library.default(issuer, configuration(parts, library));
  // What goes wrong is told in the gateway's log, not on its standard error.
  provider.silent = true;
  provider.on('server_error', (context, error) => {
    parts.log.warn({ error: String(error) }, 'a request of an agent that signs in failed');
    if (!(error instanceof StoreError)) return;
    context.status = 503;
    if (!IN_BROWSERS.includes(context.oidc.route)) context.body = UNAVAILABLE;
  });
  provider.on('grant.revoked', (context) => {
    if (context.oidc.route !== 'token') return;
    noteUsedTwice(parts, context).catch((error: unknown) =>
      parts.log.warn({ error: String(error) }, 'that a sign-in of an agent was ended left no row'),
    );
  });
  provider.on('authorization.error', ({ oidc }, error) => {
    // Anybody registers a client: links to the gateway are not to lead to anybody's pages, or to what a browser opens by itself, before a
    // person agreed (RFC 9700 §4.11.2). The library fills in the address of a client that has one alone and leaves it away.
    const back = URL.parse(String(oidc.params?.['redirect_uri']));
    if (oidc.route === 'authorization' && back?.protocol !== 'http:') error.allow_redirect = false;
  });
  provider.on('grant.error', tellToWait);
  provider.on('revocation.error', tellToWait);
  const { pathname: mountPath } = new URL(issuer);
  provider.use(async (context, next) => {
    // What it makes its addresses of: those that are configured, whatever `Host` says.
    Object.defineProperty(context.request, 'href', { value: issuer });
    Object.assign(context, { mountPath });
    context.cookies.secure = parts.isBehindTls;
    if (lacksProof(parts, context)) {
      context.status = 400;
      context.body = PROOF_EXPECTED;
      return;
    }
    await next();
    await spendLast(context, parts.store, UNAVAILABLE);
    // Who is told one has to come with it from then on, and again when it is over: a client whose clock is right needs none.
    if (context.status === 200) context.remove(PROOF_NONCE);
    if (context.oidc?.route === 'discovery') tellOfAssertions(context, parts);
    // A token that is given counts wherever its agent comes next, and one that is given back counts nowhere.
    if (context.method === 'POST') await parts.inForceEverywhere();
  });
  takeAssertions(parts, { provider, library });
  takePrograms(parts, { provider, library });
  return { provider, library };
}

/** What metadata say is as the file is now: where no provider vouches for agents, or no grant has keys, nobody is told to try. */
function tellOfAssertions({ body }: { readonly body?: unknown }, { keyed, vouching }: DeskParts): void {
  const isTaken = vouching.clients().length > 0;
  // A cast: what the library writes.
  const metadata = body as { grant_types_supported: readonly string[]; [profiles: string]: unknown };
  if (keyed().length === 0 && !vouching.clients().some(({ jwks }) => jwks !== undefined)) {
    metadata['token_endpoint_auth_methods_supported'] = CLIENT_METHODS;
    delete metadata['token_endpoint_auth_signing_alg_values_supported'];
  }
  if (isTaken) metadata['authorization_grant_profiles_supported'] = [ASSERTION_PROFILE];
  else
    metadata.grant_types_supported = metadata.grant_types_supported.filter((one) => one !== ASSERTION_GRANT);
}
