import { DIRECTORY_PAGE_MAX } from '../limits/index.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0';

/** What can be asked for here (RFC 7643, 5). */
export function serviceProviderConfig(base: string): object {
  const no = { supported: false };
  return {
    schemas: [`${CORE}:ServiceProviderConfig`],
    patch: { supported: true },
    bulk: { ...no, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: DIRECTORY_PAGE_MAX },
    changePassword: no,
    sort: no,
    etag: no,
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'The token that the configuration file has for this provider.',
        specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  };
}

/** People alone: roles come from the groups of a sign-in. */
export function resourceTypes(base: string): readonly object[] {
  return [
    {
      schemas: [`${CORE}:ResourceType`],
      id: 'User',
      name: 'User',
      endpoint: '/Users',
      description: 'Somebody who may join, or may not any more.',
      schema: USER,
      schemaExtensions: [],
      meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/User` },
    },
  ];
}

/** The attributes that are read (RFC 7643, 7). */
export function schemas(base: string): readonly object[] {
  return [
    {
      schemas: [`${CORE}:Schema`],
      id: USER,
      name: 'User',
      description: 'As much of a person as is read.',
      attributes: [
        attribute('userName', { required: true, uniqueness: 'server' }),
        attribute('externalId', { caseExact: true }),
        attribute('displayName'),
        attribute('active', { type: 'boolean' }),
        attribute('name', {
          type: 'complex',
          subAttributes: [attribute('givenName'), attribute('familyName')],
        }),
        attribute('emails', {
          type: 'complex',
          multiValued: true,
          subAttributes: [
            attribute('value', { uniqueness: 'server' }),
            attribute('type'),
            attribute('primary', { type: 'boolean' }),
          ],
        }),
      ],
      meta: { resourceType: 'Schema', location: `${base}/Schemas/${USER}` },
    },
  ];
}

/** The one of these that has an id. */
export function describedAt(all: readonly object[], id: string): object | undefined {
  return all.find((one) => 'id' in one && one.id === id);
}

function attribute(name: string, more: object = {}): object {
  return {
    name,
    type: 'string',
    multiValued: false,
    description: '',
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...more,
  };
}
