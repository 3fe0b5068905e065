import { describe, expect, it } from 'vitest';
import { placeOf, readPath, spellingsOf } from './addresses.ts';

const URL_OF = 'https://gate.example';

describe('the address of a place', () => {
  it.each([
    [`${URL_OF}/mcp-oauth/files`, 'files'],
    [`${URL_OF}/mcp-oauth/files/`, 'files'],
    [`${URL_OF}/mcp-oauth`, ''],
    [`${URL_OF}/mcp-oauth/`, ''],
  ])('%s is %j, in one of its spellings', (resource, place) => {
    expect(placeOf(resource, URL_OF)).toBe(place);
    expect(spellingsOf(place, URL_OF)).toContain(resource);
  });

  it.each([
    `${URL_OF}/mcp/files/`,
    `${URL_OF}/mcp-oauth/files/sse`,
    `${URL_OF}/mcp-oauth/files/?x`,
    `${URL_OF}/mcp-oauth/a/b`,
    `${URL_OF}/mcp-oauth//`,
    `${URL_OF}/mcp-oauthfiles`,
    `${URL_OF}.evil.example/mcp-oauth/files/`,
    'http://gate.example/mcp-oauth/files/',
  ])('%s is none', (resource) => {
    expect(placeOf(resource, URL_OF)).toBeUndefined();
  });
});

describe('what a path asks of the authorization server', () => {
  it.each([
    ['/oauth/token', URL_OF, { kind: 'own', path: '/token' }],
    ['/token', URL_OF, { kind: 'own', path: '/token' }],
    ['/oauth/authorize/Ab-_9', URL_OF, { kind: 'own', path: '/authorize/Ab-_9' }],
    ['/oauth/.well-known/openid-configuration', URL_OF, 'metadata'],
    ['/.well-known/oauth-authorization-server/oauth', URL_OF, 'metadata'],
    ['/.well-known/openid-configuration/oauth', URL_OF, 'metadata'],
    ['/.well-known/oauth-authorization-server/base/oauth', `${URL_OF}/base`, 'metadata'],
    ['/.well-known/oauth-authorization-server/oauth', `${URL_OF}/base`, 'metadata'],
    [
      '/.well-known/oauth-protected-resource/mcp-oauth/files/',
      URL_OF,
      { kind: 'resource', resource: `${URL_OF}/mcp-oauth/files/` },
    ],
    // Of a gateway below a path the well-known part comes before the whole of it (RFC 9728 §3.1), or after what a proxy takes away.
    [
      '/.well-known/oauth-protected-resource/base/mcp-oauth/files/',
      `${URL_OF}/base`,
      { kind: 'resource', resource: `${URL_OF}/base/mcp-oauth/files/` },
    ],
    [
      '/.well-known/oauth-protected-resource/mcp-oauth',
      `${URL_OF}/base`,
      { kind: 'resource', resource: `${URL_OF}/base/mcp-oauth` },
    ],
  ])('%s at %s', (path, url, read) => {
    const wanted = read === 'metadata' ? { kind: 'own' } : read;
    expect(readPath(path, url)).toMatchObject(wanted as object);
  });

  it.each([
    ...['/oauth/', '/oauth/register/', '/oauth/Register', '/oauth/authorize/', '/oauth//token', '/oauth/me'],
    ...['/oauth/authorize/a/b', '/oauth/authorize/%61', '/oauth/../token', '/oauth/session/end/confirm'],
  ])('%s is not there', (path) => {
    expect(readPath(path, URL_OF)).toEqual({ kind: 'nothing' });
  });

  it.each([
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/mcp-oauth/files',
    '/.well-known/oauth-authorization-server/base/oauth',
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-protected-resource/mcp/files/',
    '/.well-known/oauth-protected-resource/base/mcp-oauth/files/',
    '/.well-known/oauth-protected-resource/mcp-oauth/a/b',
    '/oauth',
    '/oauthx/token',
    ...['/token/', '/Token', '/authorize', '/register'],
    '/mcp-oauth/files/',
  ])('%s asks nothing', (path) => {
    expect(readPath(path, URL_OF)).toBeUndefined();
  });
});
