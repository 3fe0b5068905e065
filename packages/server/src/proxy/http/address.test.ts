import { expect, it } from 'vitest';
import { messageAddress, readAddress } from './address.ts';

it.each([
  ['/mcp/files', { endpoint: 'mcp', server: 'files' }],
  ['/mcp/files/', { endpoint: 'mcp', server: 'files' }],
  ['/mcp/files/?x=1', { endpoint: 'mcp', server: 'files' }],
  ['/mcp/sse', { endpoint: 'mcp', server: 'sse' }],
  ['/mcp/files/sse', { endpoint: 'sse', server: 'files' }],
  ['/mcp/files/message?sessionId=a%2Bb', { endpoint: 'message', server: 'files', connection: 'a+b' }],
  ['/mcp/files/message', { endpoint: 'message', server: 'files' }],
  ['/mcp', { endpoint: 'mcp', server: '' }],
  ['/mcp/', { endpoint: 'mcp', server: '' }],
])('%s is read', (url, address) => {
  expect(readAddress(url)).toEqual(address);
});

it.each(['/mcp/files/other', '/mcp/files/sse/', '/mcp/a/b/sse', '/mcpx', '/mcp//sse', '/'])(
  '%s is no address',
  (url) => {
    expect(readAddress(url)).toBeUndefined();
  },
);

it('leads back from the address that an agent is given', () => {
  const url = messageAddress('', 'files', 'abc_-123');
  expect(readAddress(url)).toEqual({ endpoint: 'message', server: 'files', connection: 'abc_-123' });
  expect(messageAddress('/behind', 'files', 'abc')).toBe('/behind/mcp/files/message?sessionId=abc');
});
