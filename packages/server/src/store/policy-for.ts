/** Whether a policy may decide the calls of a server, by its slug: one that is for a server decides those of no other. */
export function isPolicyFor({ server }: { readonly server?: string | undefined }, slug: string): boolean {
  return server === undefined || server === slug;
}

/** What decides the calls of a server under a name; undefined where nothing does, and of a policy that is for another one. */
export function policyFor<Found extends { readonly server?: string | undefined }>(
  policies: ReadonlyMap<string, Found>,
  { policy, server }: { readonly policy?: string | undefined; readonly server: string },
): Found | undefined {
  const named = policy === undefined ? undefined : policies.get(policy);
  return named !== undefined && isPolicyFor(named, server) ? named : undefined;
}
