import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { REFUSAL_RETRY_S } from '../limits/index.ts';
import { StoreError } from '../store/index.ts';
import { errorPage } from './error-page.ts';
import { Unreached } from './unreached.ts';

/** What a person's browser opens, by the library's names; anything else is asked by programs. */
export const IN_BROWSERS: readonly string[] = ['authorization', 'resume'];

/** Of the store: who reads that something went wrong here would begin a sign-in anew, where the same works in a moment. */
export const UNAVAILABLE = {
  error: 'temporarily_unavailable',
  error_description: 'the gateway does not reach its records now',
} as const;

export const renderError: NonNullable<Configuration['renderError']> = (context, failed, cause) => {
  const out = cause instanceof StoreError ? UNAVAILABLE : failed;
  // Programs are told in JSON, whatever else they would take (RFC 6749 §5.2, RFC 7591 §3.2.2).
  if (!IN_BROWSERS.includes(context.oidc.route)) {
    context.body = out;
    return;
  }
  // The library's word where a browser is led on.
  if (context.status === 303) context.status = 400;
  context.type = 'text';
  context.set(errorPage.headers);
  context.body = errorPage.of(out.error, out.error_description);
};

/**
 * Clients that read that they are not known forget their tokens. Where the host of a client's document does not answer, or has too much to
 * do, it is to come again.
 */
export function tellToWait(context: KoaContextWithOIDC, { cause }: Error): void {
  if (!(cause instanceof Unreached)) return;
  context.status = 503;
  context.set('retry-after', String(REFUSAL_RETRY_S));
  context.body = { error: 'temporarily_unavailable', error_description: `${cause.what} is not reached` };
}
