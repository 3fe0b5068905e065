import { describedAt, listOf, resourceTypes, schemas, serviceProviderConfig } from '../../directory/index.ts';
import type { Asking, Methods } from './asking.ts';
import { scimFailure, scimResponse } from './respond.ts';

/** What a directory may ask about the gateway itself (RFC 7644, 4). */
export const descriptions: Readonly<Record<string, Methods>> = {
  ServiceProviderConfig: {
    GET: async ({ base, id }) => (id === '' ? scimResponse(200, serviceProviderConfig(base)) : nothing()),
  },
  ResourceTypes: { GET: async (asking) => oneOrAll(asking, resourceTypes(asking.base)) },
  Schemas: { GET: async (asking) => oneOrAll(asking, schemas(asking.base)) },
};

function oneOrAll({ id }: Asking, all: readonly object[]): Response {
  if (id === '') return scimResponse(200, listOf(all));
  const one = describedAt(all, id);
  return one === undefined ? nothing() : scimResponse(200, one);
}

function nothing(): Response {
  return scimFailure({ status: 404, detail: 'there is nothing' });
}
