import type { DirectoryWritten } from '../../store/index.ts';
import type { Asking } from './asking.ts';

/**
 * Ends the sign-ins of agents of whose entry it is, before it says that they are out: they are ended whatever fails afterwards. How many those
 * were, by person.
 */
export async function endAgentsOf({ context, id, of }: Asking): Promise<ReadonlyMap<string, number>> {
  const known = await context.store.people.directoryEntries.personOf(of, id);
  if (known === undefined) return new Map();
  return new Map([[known.person, await context.agentSignIn.endAllOf(known.email, of.organization)]]);
}

/** What is left to be done for whom an entry keeps out, also when it is said again as something failed on the way. */
export async function tell({ context, of }: Asking, { lastAdmin, out }: DirectoryWritten): Promise<void> {
  for (const { email } of out) await context.agentSignIn.endAllOf(email, of.organization);
  if (lastAdmin)
    context.log.warn(
      { provider: of.provider, mend: 'boomgate people set-role bob@acme.example admin' },
      'a directory has closed the account of the last admin, who stays a member and cannot sign in any more',
    );
}
