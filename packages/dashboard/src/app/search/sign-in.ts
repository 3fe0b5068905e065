import { textsOf } from './read.ts';

/** Where one wanted to go, and why a sign-in by a provider came to nothing, by codes of the gateway. */
export type SignInSearch = { readonly next: string; readonly problem?: string; readonly why?: string };

export function readSignInSearch(search: Record<string, unknown>): SignInSearch {
  return { next: ownPlace(search['next']), ...textsOf(search, ['problem', 'why']) };
}

/** A place within the gateway, and nowhere else: what follows a link must not be led away. */
function ownPlace(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/';
}
