import type { ControlContext } from '../context.ts';

type Made = { readonly createdBy: string };

/** Says by e-mail who made a thing of a list; nothing of who has no account any more. */
export async function makersOf(
  { store }: ControlContext,
  made: readonly Made[],
): Promise<(one: Made) => { readonly createdByEmail?: string }> {
  const emails = new Map<string, string>();
  for (const id of new Set(made.map(({ createdBy }) => createdBy))) {
    const account = await store.people.accounts.find(id);
    if (account !== undefined) emails.set(id, account.email);
  }
  return ({ createdBy }) => {
    const email = emails.get(createdBy);
    return email === undefined ? {} : { createdByEmail: email };
  };
}
