import { type ParsedLocation, redirect } from '@tanstack/react-router';
import { api, bodyOf } from './api.ts';
import { queryClient } from './query.ts';
import type { SignInSearch } from './search/index.ts';
import { sessionQuery } from './session.ts';

/** Leads who is not signed in to where they can be, and back afterwards. */
export async function needSession({ location }: { readonly location: ParsedLocation }): Promise<void> {
  // Links of letters and of the command line lead to the gateway's address itself.
  if (location.hash.startsWith('reset=')) throw redirect({ to: '/reset', hash: location.hash });
  if ((await queryClient.ensureQueryData(sessionQuery)) !== null) return;
  if ((await bodyOf(api.setup.read())).isNeeded) throw redirect({ to: '/welcome' });
  throw redirect({ to: '/sign-in', search: { next: location.href } });
}

/**
 * Who reloads the answer of a provider, or comes back to it, has signed in already: what else there is to say of a sign-in they are told.
 * Where the page was open before, somebody is on the way out.
 */
export async function needNobody({ search }: { readonly search: SignInSearch }): Promise<void> {
  const isToldMore = search.problem !== undefined && search.problem !== 'sign_on_stale';
  if (isToldMore || queryClient.getQueryData(sessionQuery.queryKey) !== undefined) return;
  // Where the gateway does not answer, the form says so.
  const session = await queryClient.ensureQueryData(sessionQuery).catch(() => null);
  if (session !== null) throw redirect({ href: search.next });
}

/** The link with the set-up code stays in terminals and histories. */
export async function needSetup(): Promise<void> {
  if (!(await bodyOf(api.setup.read())).isNeeded) throw redirect({ to: '/' });
}
