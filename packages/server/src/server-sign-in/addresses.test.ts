import { describe, expect, it } from 'vitest';
import { addressFault, isOwnResource, isSameIssuer, issuerPlaces, resourcePlaces } from './addresses.ts';

describe('where metadata is looked for', () => {
  it('of a server is at its path, then at its root', () => {
    expect(resourcePlaces(new URL('https://s.example/a/mcp?key=1'))).toEqual([
      'https://s.example/.well-known/oauth-protected-resource/a/mcp',
      'https://s.example/.well-known/oauth-protected-resource',
    ]);
    expect(resourcePlaces(new URL('https://s.example/'))).toHaveLength(1);
  });

  it('of an issuer has its path inserted before it is appended', () => {
    expect(issuerPlaces(new URL('https://as.example/t/'))).toEqual([
      'https://as.example/.well-known/oauth-authorization-server/t',
      'https://as.example/.well-known/openid-configuration/t',
      'https://as.example/t/.well-known/openid-configuration',
    ]);
    expect(issuerPlaces(new URL('https://as.example'))).toHaveLength(2);
  });
});

describe('an issuer is the same', () => {
  it.each([
    ['https://as.example', true],
    ['https://as.example/', true],
    ['https://as.example//', false],
    ['https://as.example/t', false],
    ['https://AS.example', false],
    ['https://as.example:443', false],
    ['http://as.example', false],
    ['', false],
  ])('%s', (other, isSame) => {
    expect(isSameIssuer('https://as.example', other)).toBe(isSame);
    expect(isSameIssuer(other, 'https://as.example')).toBe(isSame);
  });
});

describe('what a resource calls itself', () => {
  const server = new URL('https://s.example/a/mcp');
  it.each([
    ['https://s.example/a/mcp', true],
    ['https://s.example/a/mcp/', true],
    ['https://s.example', true],
    ['https://s.example/a/m', false],
    ['https://s.example/a/mcp/more', false],
    ['https://s.example/a/mcp?x=1', false],
    ['https://other.example/a/mcp', false],
    ['http://s.example/a/mcp', false],
    ['no address', false],
  ])('%s', (resource, isOwn) => {
    expect(isOwnResource(resource, server)).toBe(isOwn);
  });
});

describe('an address of an authorization server', () => {
  it.each([
    ['https://as.example/token', false, true],
    ['http://as.example/token', true, false],
    ['http://127.0.0.1:8/token', false, false],
    ['http://127.0.0.1:8/token', true, true],
    ['http://localhost/token', true, true],
    ['http://10.0.0.1/token', true, false],
    ['https://u:p@as.example/token', true, false],
    ['https://as.example/#x', true, false],
    ['file:///etc/passwd', true, false],
    ['nothing', true, false],
  ])('%s, private ones allowed: %s', (address, allowPrivate, isGood) => {
    expect(addressFault(address, allowPrivate) === undefined).toBe(isGood);
  });
});
