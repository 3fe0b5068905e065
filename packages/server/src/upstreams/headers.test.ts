import type { JsonObject } from '@boomgate/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PARAM_HEADER_CHARACTERS } from './bounds.ts';
import type { UpstreamRequest } from './contract.ts';
import { addLegacyHeaders, addModernHeaders, encodeHeaderValue } from './headers.ts';

const signal = new AbortController().signal;

function request(method: string, params: JsonObject, tool?: JsonObject): UpstreamRequest {
  const plain = { method, params, signal, wantsProgress: false };
  return tool === undefined ? plain : { ...plain, tool };
}

function pairs(flat: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: flat.length / 2 }, (_, at) => [flat[at * 2], flat[at * 2 + 1]]),
  );
}

const annotated = {
  name: 'weather',
  inputSchema: {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      count: { type: 'integer', 'x-mcp-header': 'Count' },
      place: { type: 'object', properties: { exact: { type: 'boolean', 'x-mcp-header': 'Exact' } } },
    },
  },
};

describe('encodeHeaderValue', () => {
  it('sends plain ASCII as it is', () => {
    for (const value of ['echo', 'a b', 'a\tb', 'file:///x y', '=?utf-8?x?='])
      expect(encodeHeaderValue(value)).toBe(value);
  });

  it.each(['', ' a', 'a ', '\ta', 'zürich', 'a\nb', 'a\u0000', '=?base64?YQ==?='])('encodes %j', (value) => {
    const encoded = encodeHeaderValue(value);
    expect(encoded).toMatch(/^=\?base64\?[A-Za-z0-9+/=]*\?=$/);
    expect(Buffer.from(encoded.slice(9, -2), 'base64').toString('utf8')).toBe(value);
  });

  it('never gives a value that could end the header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(encodeHeaderValue(value)).toMatch(/^[\t\x20-\x7e]+$/);
      }),
    );
  });
});

describe('addModernHeaders', () => {
  it('mirrors method and name of the outgoing body', () => {
    const call = request('tools/call', { name: 'ünï', arguments: {} });
    expect(pairs(addModernHeaders([], call))).toEqual({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': '=?base64?w7xuw68=?=',
    });
    const read = request('resources/read', { uri: 'file:///a', name: 'other' });
    expect(pairs(addModernHeaders([], read))['mcp-name']).toBe('file:///a');
  });

  it('has no name for methods without one, nor for names that are no text', () => {
    expect(pairs(addModernHeaders([], request('tools/list', { name: 'x' })))['mcp-name']).toBeUndefined();
    expect(pairs(addModernHeaders([], request('tools/call', { name: 5 })))['mcp-name']).toBeUndefined();
  });

  it('mirrors the final arguments that the schema of the tool asks for', () => {
    const params = {
      name: 'weather',
      arguments: { region: 'Zürich', count: 3, place: { exact: false }, other: 'x' },
    };
    expect(pairs(addModernHeaders([], request('tools/call', params, annotated)))).toMatchObject({
      'mcp-param-region': encodeHeaderValue('Zürich'),
      'mcp-param-count': '3',
      'mcp-param-exact': 'false',
    });
  });

  it('leaves out arguments that are null, absent or not primitive', () => {
    const params = { name: 'weather', arguments: { region: null, count: [1] } };
    const names = Object.keys(pairs(addModernHeaders([], request('tools/call', params, annotated))));
    expect(names.filter((name) => name.startsWith('mcp-param'))).toEqual([]);
  });

  it('leaves out a value above the bound and sends one at the bound', () => {
    const call = (length: number) =>
      request('tools/call', { name: 'weather', arguments: { region: 'a'.repeat(length) } }, annotated);
    expect(pairs(addModernHeaders([], call(PARAM_HEADER_CHARACTERS)))['mcp-param-region']).toBeDefined();
    expect(
      pairs(addModernHeaders([], call(PARAM_HEADER_CHARACTERS + 1)))['mcp-param-region'],
    ).toBeUndefined();
  });

  it('sends trace context only in the form of the standard', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const headers = (meta: JsonObject) => pairs(addModernHeaders([], request('ping', { _meta: meta })));
    expect(headers({ traceparent, tracestate: 'a=1' })).toMatchObject({ traceparent, tracestate: 'a=1' });
    expect(headers({ traceparent: `${traceparent}\r\nx: y` })['traceparent']).toBeUndefined();
  });
});

describe('addLegacyHeaders', () => {
  const session = { id: 's-1', protocol: '2025-06-18' };

  it('carries the session and the negotiated version', () => {
    expect(pairs(addLegacyHeaders([], request('tools/call', { name: 'a' }), session))).toEqual({
      'mcp-protocol-version': '2025-06-18',
      'mcp-session-id': 's-1',
    });
  });

  it('mirrors method, name and arguments for an annotated tool', () => {
    const call = request('tools/call', { name: 'weather', arguments: { region: 'eu' } }, annotated);
    expect(pairs(addLegacyHeaders([], call, { ...session, id: undefined }))).toEqual({
      'mcp-protocol-version': '2025-06-18',
      'mcp-method': 'tools/call',
      'mcp-name': 'weather',
      'mcp-param-region': 'eu',
    });
  });
});
