import type { KoaContextWithOIDC } from 'oidc-provider';
import { type Store, StoreError } from '../store/index.ts';

/** What is answered, as the library has it. */
type Answering = {
  status: number;
  body: unknown;
  readonly oidc?: Pick<KoaContextWithOIDC['oidc'], 'entities'>;
};

/** What a program reads where the store is away: it may come again with what it has. */
type Unavailable = { readonly error: string; readonly error_description: string };

/**
 * Spends the refresh token of an answer as the last thing before it is given. The library would do so first: an agent that reads that it may come
 * again, as the store went away in between, would then come with a token that was used. Of several who come at once one is given what it got; what the
 * others got is taken back, and was told to nobody.
 */
export async function spendLast(
  context: Answering,
  { agentSignIns }: Pick<Store, 'agentSignIns'>,
  unavailable: Unavailable,
): Promise<void> {
  const { AccessToken, RefreshToken, RotatedRefreshToken: spent } = context.oidc?.entities ?? {};
  if (spent === undefined || context.status !== 200) return;
  try {
    if (await agentSignIns.useUp('RefreshToken', spent.jti)) return;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    context.status = 503;
    context.body = unavailable;
    return;
  }
  context.status = 400;
  context.body = { error: 'invalid_grant', error_description: 'the refresh token was used or ended' };
  // What a store that went away leaves of them was told to nobody; whoever read 503 would come again with a token that is spent.
  await Promise.allSettled([AccessToken?.destroy(), RefreshToken?.destroy()]);
}
