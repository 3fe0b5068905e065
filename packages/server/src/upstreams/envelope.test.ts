import { describe, expect, it } from 'vitest';
import { modernWriter, writeLegacyRequest } from './envelope.ts';

const params = { name: 'a', arguments: { x: 1 }, _meta: { 'vendor/key': 1, progressToken: 'theirs' } };
const modern = modernWriter('9.9.9');

describe('modernWriter', () => {
  it('adds the envelope of the gateway and keeps the keys of others', () => {
    expect(JSON.parse(modern({ id: 4, method: 'tools/call', params, wantsProgress: false }))).toEqual({
      jsonrpc: '2.0',
      id: 4,
      method: 'tools/call',
      params: {
        name: 'a',
        arguments: { x: 1 },
        _meta: {
          'vendor/key': 1,
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
          'io.modelcontextprotocol/clientInfo': { name: 'boomgate', version: '9.9.9' },
        },
      },
    });
  });

  it('cannot be given another envelope by the caller', () => {
    const _meta = { 'io.modelcontextprotocol/clientCapabilities': { sampling: {} } };
    const text = modern({ id: 1, method: 'tools/call', params: { _meta }, wantsProgress: false });
    expect(text).not.toContain('sampling');
  });

  it('asks for progress under its own token only', () => {
    const text = modern({ id: 4, method: 'tools/call', params, wantsProgress: true });
    expect(JSON.parse(text).params._meta.progressToken).toBe(4);
  });
});

describe('writeLegacyRequest', () => {
  it('has no envelope and not the token of the caller', () => {
    const text = writeLegacyRequest({ id: 4, method: 'tools/call', params, wantsProgress: false });
    expect(JSON.parse(text).params).toEqual({ ...params, _meta: { 'vendor/key': 1 } });
  });

  it('adds our progress token, also where there was no _meta', () => {
    const text = writeLegacyRequest({
      id: 5,
      method: 'tools/call',
      params: { name: 'a' },
      wantsProgress: true,
    });
    expect(JSON.parse(text).params).toEqual({ name: 'a', _meta: { progressToken: 5 } });
  });

  it('does not invent a _meta', () => {
    const text = writeLegacyRequest({
      id: 5,
      method: 'tools/call',
      params: { name: 'a' },
      wantsProgress: false,
    });
    expect(JSON.parse(text).params).toEqual({ name: 'a' });
  });
});
