import type { VaultPlace } from './contract.ts';

type Owned = { readonly id: string; readonly organization: string };

/** Where the vault's texts of a server belong. */
export const placeOfServer = ({ id, organization }: Owned): VaultPlace => ({
  organization,
  record: `server ${id}`,
  purpose: 'credentials',
});

/** Where those of a sign-in at a server belong. */
export const placeOfSignIn = (
  { organization, server }: { readonly server: string; readonly organization: string },
  purpose: 'client' | 'tokens',
): VaultPlace => ({ organization, record: `sign-in at server ${server}`, purpose });

/**
 * Where that of a record of agents that sign in belongs: with that key of that kind. The authorization server for agents is that of the
 * gateway: what it keeps is of no organisation.
 */
export const placeOfAgentSignIn = ({
  key_hash,
  kind,
}: {
  readonly kind: string;
  readonly key_hash: string;
}): VaultPlace => ({ organization: '', record: `agent sign-in ${kind} ${key_hash}`, purpose: 'content' });

/** Where that of a grant's token belongs. */
export const placeOfGrant = ({ id, organization }: Owned): VaultPlace => ({
  organization,
  record: `grant ${id}`,
  purpose: 'token',
});

/** Where those of a webhook belong. */
export const placeOfWebhook = ({ id, organization }: Owned, purpose: 'address' | 'secret'): VaultPlace => ({
  organization,
  record: `webhook ${id}`,
  purpose,
});

/** A column that holds texts of the vault, and where each of them opens. */
export type SealedColumn = {
  readonly table: string;
  readonly column: string;
  /** The columns that the place is made of: texts that are never null, and together name one row. */
  readonly of: readonly string[];
  readonly place: (cells: Readonly<Record<string, string>>) => VaultPlace;
};

/** Everything that the vault has sealed. What is not here cannot be read any more once its key was replaced. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  sealed({ table: 'servers', column: 'sealed', of: ['id', 'organization'], place: placeOfServer }),
  sealed({
    table: 'server_sign_ins',
    column: 'client',
    of: ['server', 'organization'],
    place: (cells) => placeOfSignIn(cells, 'client'),
  }),
  sealed({
    table: 'server_sign_ins',
    column: 'tokens',
    of: ['server', 'organization'],
    place: (cells) => placeOfSignIn(cells, 'tokens'),
  }),
  sealed({
    table: 'agent_sign_ins',
    column: 'content',
    of: ['kind', 'key_hash'],
    place: placeOfAgentSignIn,
  }),
  sealed({ table: 'grants', column: 'sealed_token', of: ['id', 'organization'], place: placeOfGrant }),
  sealed({
    table: 'webhooks',
    column: 'url',
    of: ['id', 'organization'],
    place: (cells) => placeOfWebhook(cells, 'address'),
  }),
  sealed({
    table: 'webhooks',
    column: 'secret',
    of: ['id', 'organization'],
    place: (cells) => placeOfWebhook(cells, 'secret'),
  }),
];

/** The place is made of no other columns than those that it is given. */
function sealed<Name extends string>(
  column: Omit<SealedColumn, 'of' | 'place'> & {
    readonly of: readonly Name[];
    readonly place: (cells: Readonly<Record<Name, string>>) => VaultPlace;
  },
): SealedColumn {
  return column as SealedColumn; // a cast: a row is read with all columns of `of`
}
