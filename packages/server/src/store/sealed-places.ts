/** Where the vault's texts of a server belong. */
export const placeOfServer = ({
  id,
  organization,
}: {
  readonly id: string;
  readonly organization: string;
}) => ({
  organization,
  record: `server ${id}`,
  purpose: 'credentials',
});

export type SignInSecret = 'client' | 'tokens';

/** Where the vault's texts of a sign-in at a server belong. */
export const placeOfSignIn = (
  { organization, server }: { readonly server: string; readonly organization: string },
  purpose: SignInSecret,
) => ({ organization, record: `sign-in at server ${server}`, purpose });

/** The authorization server for agents is that of the gateway: what it keeps is of no organisation. */
const NO_ORGANIZATION = '';

/** Where the vault's text of a record of agents that sign in belongs: with that key of that kind. */
export const placeOfAgentSignIn = ({
  key_hash,
  kind,
}: {
  readonly kind: string;
  readonly key_hash: string;
}) => ({
  organization: NO_ORGANIZATION,
  record: `agent sign-in ${kind} ${key_hash}`,
  purpose: 'content',
});

/** Where the vault's text of a grant's token belongs. */
export const placeOfGrant = ({
  id,
  organization,
}: {
  readonly id: string;
  readonly organization: string;
}) => ({ organization, record: `grant ${id}`, purpose: 'token' });

export type WebhookSecret = 'address' | 'secret';

/** Where the vault's texts of a webhook belong. */
export const placeOfWebhook = (
  { id, organization }: { readonly id: string; readonly organization: string },
  purpose: WebhookSecret,
) => ({ organization, record: `webhook ${id}`, purpose });
