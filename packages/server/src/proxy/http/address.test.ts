import { expect, it } from 'vitest';
import { isForAgents, messageAddress, readAddress } from './address.ts';

it.each([
  ['/mcp/files', { entry: '/mcp', endpoint: 'mcp', server: 'files', place: '/mcp/files' }],
  ['/mcp/files/', { entry: '/mcp', endpoint: 'mcp', server: 'files', place: '/mcp/files/' }],
  ['/mcp/files/?x=1', { entry: '/mcp', endpoint: 'mcp', server: 'files', place: '/mcp/files/' }],
  ['/mcp/sse', { entry: '/mcp', endpoint: 'mcp', server: 'sse', place: '/mcp/sse' }],
  ['/mcp/files/sse', { entry: '/mcp', endpoint: 'sse', server: 'files', place: '/mcp/files/' }],
  [
    '/mcp/files/message?sessionId=a%2Bb',
    { entry: '/mcp', endpoint: 'message', server: 'files', place: '/mcp/files/', connection: 'a+b' },
  ],
  ['/mcp/files/message', { entry: '/mcp', endpoint: 'message', server: 'files', place: '/mcp/files/' }],
  ['/mcp', { entry: '/mcp', endpoint: 'mcp', server: '', place: '/mcp' }],
  ['/mcp/', { entry: '/mcp', endpoint: 'mcp', server: '', place: '/mcp/' }],
  [
    '/mcp-oauth/files/',
    { entry: '/mcp-oauth', endpoint: 'mcp', server: 'files', place: '/mcp-oauth/files/' },
  ],
  [
    '/mcp-oauth/files/sse',
    { entry: '/mcp-oauth', endpoint: 'sse', server: 'files', place: '/mcp-oauth/files/' },
  ],
  ['/mcp-oauth', { entry: '/mcp-oauth', endpoint: 'mcp', server: '', place: '/mcp-oauth' }],
])('%s is read', (url, address) => {
  expect(readAddress(url)).toEqual(address);
});

it.each([
  '/mcp/files/other',
  '/mcp/files/sse/',
  '/mcp/a/b/sse',
  '/mcpx',
  '/mcp//sse',
  '/mcp-oauthx',
  '/mcp-oauth/files/other',
  '/',
])('%s is no address', (url) => {
  expect(readAddress(url)).toBeUndefined();
});

it.each(['/mcp', '/mcp-oauth'] as const)(
  'leads back from the address that an agent is given at %s',
  (entry) => {
    const at = { entry, server: 'files' };
    const url = messageAddress('', at, 'abc_-123');
    const place = `${entry}/files/`;
    expect(readAddress(url)).toEqual({ ...at, endpoint: 'message', place, connection: 'abc_-123' });
    expect(messageAddress('/behind', at, 'abc')).toBe(`/behind${entry}/files/message?sessionId=abc`);
  },
);

it('takes for an agent what comes to either entry, and nothing else', () => {
  const paths = ['/mcp', '/mcp/a', '/mcp?x', '/mcp-oauth/a', '/mcp-oauth'];
  expect(paths.map(isForAgents)).toEqual(paths.map(() => true));
  expect(['/mcpx', '/mcp-oauthx', '/oauth/token', '/api/mcp/'].some(isForAgents)).toBe(false);
});
