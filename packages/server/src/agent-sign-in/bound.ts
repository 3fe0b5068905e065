import type { IncomingMessage } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { PROOF_NONCE } from '../identity/index.ts';
import { AUTHORIZATION_SERVER } from './addresses.ts';
import type { DeskParts } from './contract.ts';
import type { Library } from './library.ts';

/** Where the configuration has access tokens given to keys alone. */
export const PROOF_EXPECTED = {
  error: 'invalid_dpop_proof',
  error_description:
    'expected a proof in the header DPoP (RFC 9449): this gateway gives only access tokens that are bound to a key',
} as const;

type Asking = Pick<KoaContextWithOIDC, 'headers' | 'method' | 'path'>;

/** Looked at before a code or a refresh token is used up: its client may come again with a proof. */
export function lacksProof(
  { requiresBound }: Pick<DeskParts, 'requiresBound'>,
  { headers, method, path }: Asking,
): boolean {
  // An empty header is none to the library.
  return method === 'POST' && path === '/token' && (headers['dpop'] ?? '') === '' && requiresBound();
}

/** The key that a token is to be bound to, if one is; or how the client is refused. */
export type Binding =
  | { readonly boundTo?: string }
  | { readonly error: string; readonly why: string; readonly nonce?: string };

/** By the proof of a request for a token at this address, which is configured. */
export function bindingOf(
  { proofs, requiresBound }: Pick<DeskParts, 'proofs' | 'requiresBound'>,
  { headers, method = '' }: IncomingMessage,
  address: string,
): Binding {
  const proof = headers['dpop'];
  if (proof === undefined) {
    const { error, error_description: why } = PROOF_EXPECTED;
    return requiresBound() ? { error, why } : {};
  }
  const found = proofs.judge({ proof: String(proof), method, address });
  switch (found.kind) {
    case 'proven':
      return { boundTo: found.thumbprint };
    case 'stale':
      return { error: 'use_dpop_nonce', why: found.why, nonce: found.nonce };
    case 'full':
      return { error: 'temporarily_unavailable', why: found.why };
    default:
      return { error: PROOF_EXPECTED.error, why: found.why };
  }
}

type Inside = { readonly parts: DeskParts; readonly library: Library };

/** By request: a proof counts once. */
const judged = new WeakMap<object, string | undefined>();

/** The same at the endpoint for tokens, where the library does not look; before what is good once is spent, as who is refused comes again with it. */
export function keyIn({ library, parts }: Inside, context: KoaContextWithOIDC): string | undefined {
  if (judged.has(context.oidc)) return judged.get(context.oidc);
  const binding = bindingOf(parts, context.req, `${parts.url()}${AUTHORIZATION_SERVER}/token`);
  if ('error' in binding) {
    if (binding.nonce !== undefined) context.set(PROOF_NONCE, binding.nonce);
    throw new library.errors.CustomOIDCProviderError(binding.error, binding.why);
  }
  judged.set(context.oidc, binding.boundTo);
  return binding.boundTo;
}
