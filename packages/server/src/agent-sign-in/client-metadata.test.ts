import { expect, it } from 'vitest';
import { CLIENT_NAME_LENGTH_MAX } from '../limits/index.ts';
import { countedMetadata } from './client-metadata.ts';

const counted = (metadata: unknown) => JSON.parse(countedMetadata(JSON.stringify(metadata)));

it('keeps of a description what counts, and nothing that has others asked or is read by nobody', () => {
  const own = {
    client_name: 'Agent',
    redirect_uris: ['http://127.0.0.1/'],
    token_endpoint_auth_method: 'none',
  };
  const more = {
    ...{
      jwks_uri: 'https://x.example/',
      sector_identifier_uri: 'https://x.example/',
      logo_uri: 'https://x.example/',
    },
    ...{
      application_type: 'web',
      scope: 'openid admin',
      request_uris: ['https://x.example/'],
      contacts: ['a'],
      toString: 'x',
    },
  };
  expect(counted({ ...own, ...more })).toEqual(own);
});

it('leaves away what of a list is not there, and all of it for who refuses it', () => {
  const grantTypes = ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'];
  expect(counted({ grant_types: grantTypes, response_types: ['code', 'token'] })).toEqual({
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  });
  const wrong = { grant_types: ['implicit'], response_types: 'code' };
  expect(counted(wrong)).toEqual(wrong);
});

it('shortens a name, and keeps one that is none', () => {
  expect(counted({ client_name: 'x'.repeat(5_000) }).client_name).toHaveLength(CLIENT_NAME_LENGTH_MAX);
  expect(counted({ client_name: { a: 1 } })).toEqual({ client_name: { a: 1 } });
});

it.each(['', 'null', '[]', '7', '{', '{"__proto__":{"x":1}}'])('makes nothing of %j', (text) => {
  expect(['{}', text]).toContain(countedMetadata(text));
});
