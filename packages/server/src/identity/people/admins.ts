import { FIRST_ORGANIZATION, type People, type Store } from '../../store/index.ts';

/** As much of a configuration as says who may sign in. */
type SignInSettings = {
  readonly requiresProvider: boolean;
  readonly providers: readonly { readonly issuer: string }[];
};

/** How an admin gets in by a provider who never did. */
export const ADMIN_BY_PROVIDER =
  'an admin whose e-mail is of "allowed_domains" is known by it after their first sign-in there; for somebody without an account: boomgate people invite bob@acme.example admin; on a new gateway: somebody whom "groups" or "role" makes admin';

/** That no admin can sign in, where members do so by a provider alone and it knows none of them yet; undefined when one can. */
export async function adminFault(
  { externalIdentities }: People,
  { providers, requiresProvider }: SignInSettings,
): Promise<string | undefined> {
  if (!requiresProvider) return undefined;
  const issuers = providers.map(({ issuer }) => issuer);
  const admins = await externalIdentities.adminsBy(issuers, FIRST_ORGANIZATION);
  return admins > 0
    ? undefined
    : 'members sign in by a provider alone, and no admin has done so by one that "signIn" declares';
}

/** The same, to the operator's log. */
export async function tellOfNoAdmin(
  { config, store }: { readonly config: SignInSettings; readonly store: Pick<Store, 'people'> },
  log: { readonly warn: (fields: { readonly mend: string }, message: string) => void },
): Promise<void> {
  const fault = await adminFault(store.people, config);
  if (fault !== undefined) log.warn({ mend: ADMIN_BY_PROVIDER }, fault);
}
