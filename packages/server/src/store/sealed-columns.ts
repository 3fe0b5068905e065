import type { VaultPlace } from './contract.ts';
import {
  placeOfAgentSignIn,
  placeOfGrant,
  placeOfServer,
  placeOfSignIn,
  placeOfWebhook,
} from './sealed-places.ts';

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
  {
    table: 'servers',
    column: 'sealed',
    of: ['id', 'organization'],
    place: ({ id = '', organization = '' }) => placeOfServer({ id, organization }),
  },
  {
    table: 'server_sign_ins',
    column: 'client',
    of: ['server', 'organization'],
    place: ({ organization = '', server = '' }) => placeOfSignIn({ server, organization }, 'client'),
  },
  {
    table: 'server_sign_ins',
    column: 'tokens',
    of: ['server', 'organization'],
    place: ({ organization = '', server = '' }) => placeOfSignIn({ server, organization }, 'tokens'),
  },
  {
    table: 'agent_sign_ins',
    column: 'content',
    of: ['kind', 'key_hash'],
    place: ({ key_hash = '', kind = '' }) => placeOfAgentSignIn({ kind, key_hash }),
  },
  {
    table: 'grants',
    column: 'sealed_token',
    of: ['id', 'organization'],
    place: ({ id = '', organization = '' }) => placeOfGrant({ id, organization }),
  },
  {
    table: 'webhooks',
    column: 'url',
    of: ['id', 'organization'],
    place: ({ id = '', organization = '' }) => placeOfWebhook({ id, organization }, 'address'),
  },
  {
    table: 'webhooks',
    column: 'secret',
    of: ['id', 'organization'],
    place: ({ id = '', organization = '' }) => placeOfWebhook({ id, organization }, 'secret'),
  },
];
