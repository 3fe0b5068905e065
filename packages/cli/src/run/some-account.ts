import type { PersonRecord, Store } from '@boomgate/server/stored';

/** The account that has this e-mail; otherwise what was expected. */
export async function someAccount(
  { people }: Pick<Store, 'people'>,
  email: string,
): Promise<{ readonly person: PersonRecord } | { readonly fault: string }> {
  const person = await people.accounts.findByEmail(email);
  return person === undefined
    ? { fault: `expected the e-mail of an account, found ${JSON.stringify(email)}; nobody has it` }
    : { person };
}
