import type { Attributes, ScimFault } from './contract.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** An entry, as far as a directory is told of it. */
type Shown = Attributes & {
  readonly id: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
};

/** Somebody, as RFC 7643, 4.1 has them. */
export function shownUser(entry: Shown, location: string): object {
  const { displayName, email, externalId, familyName, givenName, id, isActive, userName } = entry;
  const hasName = givenName !== undefined || familyName !== undefined;
  return {
    schemas: [USER],
    id,
    ...(externalId === undefined ? {} : { externalId }),
    userName,
    ...(displayName === undefined ? {} : { displayName }),
    ...(hasName ? { name: { givenName, familyName } } : {}),
    ...(email === undefined ? {} : { emails: [{ value: email, type: 'work', primary: true }] }),
    active: isActive,
    meta: {
      resourceType: 'User',
      created: new Date(entry.createdAtMs).toISOString(),
      lastModified: new Date(entry.modifiedAtMs).toISOString(),
      location,
    },
  };
}

/** RFC 7644, 3.4.2. */
export function listOf(resources: readonly object[], { offset = 0, total = resources.length } = {}): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: total,
    startIndex: offset + 1,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

/** RFC 7644, 3.12. */
export function shownError({ detail, scimType, status }: ScimFault): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail,
  };
}
