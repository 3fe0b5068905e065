import { describe, expect, it } from 'vitest';
import { NO_CAPABILITIES, normalise } from './capabilities.ts';
import type { UpstreamRequest } from './contract.ts';
import { modernWriter, writeLegacyRequest } from './envelope.ts';
import { ownRequest } from './own-request.ts';

const params = { name: 'a', arguments: { x: 1 }, _meta: { 'vendor/key': 1, progressToken: 'theirs' } };
const calling = (more: Partial<UpstreamRequest> = {}) => ({ ...ownRequest('tools/call', params), ...more });
const modern = (id: number, request: UpstreamRequest, capabilities = NO_CAPABILITIES) =>
  JSON.parse(modernWriter('9.9.9')(id, request, capabilities));
const legacy = (id: number, request: UpstreamRequest) =>
  JSON.parse(writeLegacyRequest(id, request, NO_CAPABILITIES));

describe('modernWriter', () => {
  it('adds the envelope of the gateway and keeps the keys of others', () => {
    expect(modern(4, calling())).toEqual({
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

  it('declares what the caller can be asked, and only that', () => {
    const forms = normalise({ elicitation: {}, tasks: {} });
    const _meta = { 'io.modelcontextprotocol/clientCapabilities': { sampling: {} } };
    const sent = modern(1, calling({ params: { _meta } }), forms);
    expect(sent.params._meta['io.modelcontextprotocol/clientCapabilities']).toEqual({
      elicitation: { form: {} },
    });
  });

  it('asks for progress under its own token only, and for log messages of the wanted level', () => {
    const { _meta } = modern(4, calling({ wantsProgress: true, logLevel: 'notice' })).params;
    expect(_meta).toMatchObject({ progressToken: 4, 'io.modelcontextprotocol/logLevel': 'notice' });
  });

  it('sends answers and state exactly as they are given', () => {
    const inputResponses = { k1: { action: 'accept', content: { a: 1 } } };
    expect(modern(4, calling({ inputResponses, requestState: ' é"' })).params).toMatchObject({
      inputResponses,
      requestState: ' é"',
    });
    expect(Object.keys(modern(4, calling()).params)).not.toContain('requestState');
  });
});

describe.each([
  ['modernWriter', modern],
  ['writeLegacyRequest', legacy],
] as const)('%s', (_, write) => {
  it('sends the text of the arguments as it was given, and no other member from it', () => {
    const request = calling({ argumentsText: '{"x":2}' });
    expect(write(4, request).params).toMatchObject({ name: 'a', arguments: { x: 2 } });
    const none = calling({ params: { name: 'a' }, argumentsText: '{}' });
    expect(Object.keys(write(4, none).params)).not.toContain('arguments');
  });

  it('escapes what is not known as text', () => {
    const odd = { 'a"': 'b"', arguments: { 'c"': '"' } };
    expect(write(4, { ...calling({ params: odd }), method: 'm"' })).toMatchObject({
      method: 'm"',
      params: odd,
    });
  });
});

describe('writeLegacyRequest', () => {
  it('has no envelope and not the token of the caller', () => {
    expect(legacy(4, calling()).params).toEqual({ ...params, _meta: { 'vendor/key': 1 } });
  });

  it('adds our progress token, also where there was no _meta', () => {
    const request = calling({ params: { name: 'a' }, wantsProgress: true });
    expect(legacy(5, request).params).toEqual({ name: 'a', _meta: { progressToken: 5 } });
  });

  it('does not invent a _meta, and has no place for answers', () => {
    const request = calling({
      params: { name: 'a' },
      inputResponses: {},
      requestState: 'x',
      logLevel: 'info',
    });
    expect(legacy(5, request).params).toEqual({ name: 'a' });
  });
});
