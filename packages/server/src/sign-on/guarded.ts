import { AuthorizationResponseError, ResponseBodyError } from 'oauth4webapi';
import { Unavailable } from './ask.ts';
import type { ProviderFault } from './contract.ts';
import { isRefusal, saidCode } from './library.ts';

/** The library throws for what a provider, a browser or a workload says wrongly; none of it is an accident of ours. */
export async function guarded<Result>(work: () => Promise<Result>): Promise<Result | ProviderFault> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Unavailable) return { ok: false, fault: 'provider_unavailable', why: error.message };
    if (isRefusal(error)) return { ok: false, fault: 'sign_on_refused', why: whyOf(error) };
    throw error;
  }
}

/** Codes alone: `error_description` is anybody's text. The library's own messages repeat nothing of what was said. */
function whyOf(error: unknown): string {
  const said = saidCode(error);
  if (said !== undefined) return `the provider says ${JSON.stringify(said)}`;
  if (error instanceof ResponseBodyError || error instanceof AuthorizationResponseError)
    return 'the provider sends an error whose code is not in the form of one';
  return error instanceof Error ? error.message.slice(0, 300) : 'unknown';
}
