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
