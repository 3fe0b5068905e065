import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { listEndpoints } from '../endpoints/index.ts';
import { openApiDocument } from './document.ts';

describe('the OpenAPI document', () => {
  // Printed and read again: what is served is text.
  const document: unknown = JSON.parse(JSON.stringify(openApiDocument('1.2.3')));

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    // A cast: what was parsed has no type, and the validator looks at all of it.
    const { errors, valid } = await validator.validate(document as Record<string, unknown>);
    expect(errors ?? []).toEqual([]);
    expect([valid, validator.version]).toEqual([true, '3.1']);
  });

  it('has every endpoint, each with an id of its own', () => {
    const ids = listEndpoints().map(({ name, resource }) => `${resource}.${name}`);
    const found = [...JSON.stringify(document).matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id);
    expect(found.sort()).toEqual(ids.sort());
  });

  it('says who may, what is presented, and what else may be answered', () => {
    expect(document).toMatchObject({
      paths: {
        '/members/{member}': {
          patch: {
            'x-boomgate-access': 'manage_organization',
            'x-boomgate-roles': ['admin'],
            security: [{ session: [] }, { apiKey: [] }],
            parameters: [{ name: 'member', in: 'path', required: true }],
            responses: { 409: { description: '`code`: last_admin' } },
          },
        },
        '/settings': { patch: { parameters: [{ name: 'if-match', required: true }] } },
        '/api-keys': { post: { security: [{ session: [] }], parameters: [{ name: 'idempotency-key' }] } },
      },
    });
  });
});
