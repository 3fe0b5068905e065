/** Where one wanted to go, and why a sign-in by a provider came to nothing, by codes of the gateway. */
export type SignInSearch = { readonly next: string; readonly problem?: string; readonly why?: string };

export function readSignInSearch(search: Record<string, unknown>): SignInSearch {
  const { next, problem, why } = search;
  return {
    next: ownPlace(next),
    ...(typeof problem === 'string' ? { problem } : {}),
    ...(typeof why === 'string' ? { why } : {}),
  };
}

/** A place within the gateway, and nowhere else: what follows a link must not be led away. */
function ownPlace(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/';
}
