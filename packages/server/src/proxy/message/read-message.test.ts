import type { Json } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { META, MODERN_VERSION } from '../../upstreams/index.ts';
import type { Session } from '../session.ts';
import type { McpHeaders } from './envelope.ts';
import { readMessage } from './read-message.ts';

const ENVELOPE = { [META.protocolVersion]: MODERN_VERSION, [META.clientCapabilities]: {} };
const HEADERS: McpHeaders = { protocolVersion: MODERN_VERSION, method: 'tools/call', name: 'read_file' };
const NO_HEADERS: McpHeaders = { protocolVersion: undefined, method: undefined, name: undefined };
const SESSION: Session = {
  id: 'sealed',
  key: 'key',
  grantId: 'g',
  protocol: '2025-11-25',
  client: { name: 'x' },
  capabilities: {},
  issuedAtMs: 0,
};

const call = (params: object = {}, meta: object = ENVELOPE) => ({
  jsonrpc: '2.0',
  id: 7,
  method: 'tools/call',
  params: { name: 'read_file', arguments: {}, _meta: meta, ...params },
});

function read(tree: unknown, headers: McpHeaders = HEADERS, session?: Session | 'unknown') {
  // The trees are plain JSON written below.
  return readMessage(tree as Json, { headers, session });
}

describe('a modern request', () => {
  it('is read when envelope and headers agree', () => {
    expect(read(call())).toMatchObject({
      kind: 'request',
      era: 'modern',
      id: 7,
      method: 'tools/call',
      protocol: MODERN_VERSION,
    });
  });

  it('is served without clientInfo, and tells the client when there is one', () => {
    expect(read(call())).toMatchObject({ client: {} });
    const named = { ...ENVELOPE, [META.clientInfo]: { name: 'n'.repeat(500), version: '1' } };
    expect(read(call({}, named))).toMatchObject({ client: { name: 'n'.repeat(128), version: '1' } });
  });

  it('ignores a session id', () => {
    expect(read(call(), HEADERS, 'unknown')).toMatchObject({ kind: 'request', era: 'modern' });
  });

  it.each<[string, object, McpHeaders, number]>([
    ['a version that is no text', call({}, { ...ENVELOPE, [META.protocolVersion]: 1 }), HEADERS, -32602],
    ['no client capabilities', call({}, { [META.protocolVersion]: MODERN_VERSION }), HEADERS, -32602],
    ['another version in the header', call(), { ...HEADERS, protocolVersion: '2025-11-25' }, -32020],
    ['another method in the header', call(), { ...HEADERS, method: 'ping' }, -32020],
    [
      'a version that is not served',
      call({}, { ...ENVELOPE, [META.protocolVersion]: '2027-01-01' }),
      { ...HEADERS, protocolVersion: '2027-01-01' },
      -32022,
    ],
    [
      'a legacy version in the envelope',
      call({}, { ...ENVELOPE, [META.protocolVersion]: '2025-11-25' }),
      { ...HEADERS, protocolVersion: '2025-11-25' },
      -32022,
    ],
    ['no version header', call(), { ...HEADERS, protocolVersion: undefined }, -32020],
    ['no method header', call(), { ...HEADERS, method: undefined }, -32020],
    ['no name header', call(), { ...HEADERS, name: undefined }, -32020],
    ['another name in the header', call(), { ...HEADERS, name: 'delete_repo' }, -32020],
    ['a badly encoded name', call(), { ...HEADERS, name: '=?base64?cmVhZF9maWxl' }, -32020],
    ['a header that claims what the body does not', call({}, {}), HEADERS, -32602],
  ])('with %s is refused', (_what, tree, headers, code) => {
    expect(read(tree, headers)).toMatchObject({ kind: 'refusal', code, status: 400, id: 7 });
  });

  it('says which versions are served', () => {
    const refusal = read(call({}, { ...ENVELOPE, [META.protocolVersion]: 'draft' }), {
      ...HEADERS,
      protocolVersion: 'draft',
    });
    expect(refusal).toMatchObject({ data: { supported: [MODERN_VERSION], requested: 'draft' } });
  });

  it('may encode its name', () => {
    const name = 'größe';
    const encoded = `=?base64?${Buffer.from(name).toString('base64')}?=`;
    expect(read(call({ name }), { ...HEADERS, name: encoded })).toMatchObject({ kind: 'request' });
  });

  it('without an id is refused, as it could not be answered', () => {
    const { id: _id, ...unanswerable } = call();
    expect(read(unanswerable)).toMatchObject({ kind: 'refusal', status: 400, code: -32600 });
  });

  it('that is a notification is dropped', () => {
    const { id: _id, ...message } = call();
    expect(read({ ...message, method: 'notifications/cancelled' })).toEqual({ kind: 'ignored' });
  });
});

describe('a legacy message', () => {
  const list = { jsonrpc: '2.0', id: 'a', method: 'tools/list' };

  it.each([
    ['2025-06-18', '2025-06-18'],
    ['2024-01-01', '2025-11-25'],
    ['2026-07-28', '2025-11-25'],
    [7, '2025-11-25'],
  ])('initialize that asks for %s gets %s', (asked, given) => {
    const initialize = {
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: asked, capabilities: {}, clientInfo: { name: 'c', version: '2' } },
    };
    expect(read(initialize, NO_HEADERS)).toMatchObject({
      kind: 'request',
      era: 'legacy',
      protocol: given,
      client: { name: 'c', version: '2' },
    });
  });

  it('within a session speaks its revision', () => {
    expect(read(list, NO_HEADERS, SESSION)).toMatchObject({
      kind: 'request',
      era: 'legacy',
      protocol: '2025-11-25',
      session: SESSION,
      params: {},
    });
  });

  it('without a session is refused, with an unknown one it is not found', () => {
    expect(read(list, NO_HEADERS)).toMatchObject({ kind: 'refusal', status: 400, code: -32000, id: 'a' });
    expect(read(list, NO_HEADERS, 'unknown')).toMatchObject({
      kind: 'refusal',
      status: 404,
      code: -32001,
      id: 'a',
    });
  });

  it.each(['draft', '9999-01-01', ''])('with the version header %j is refused', (protocolVersion) => {
    expect(read(list, { ...NO_HEADERS, protocolVersion }, SESSION)).toMatchObject({
      kind: 'refusal',
      code: -32022,
      status: 400,
    });
  });

  it('initialize under a modern header is a mismatch', () => {
    const initialize = { jsonrpc: '2.0', id: 0, method: 'initialize', params: {} };
    expect(read(initialize, { ...NO_HEADERS, protocolVersion: MODERN_VERSION })).toMatchObject({
      code: -32020,
    });
  });
});

describe('what is no message', () => {
  it.each<[string, unknown, number]>([
    ['a text', 'x', -32600],
    ['another JSON-RPC version', { jsonrpc: '1.0', id: 1, method: 'ping' }, -32600],
    ['no method', { jsonrpc: '2.0', id: 1 }, -32600],
    ['a method that is no text', { jsonrpc: '2.0', id: 1, method: 7 }, -32600],
    ['an id of null', { jsonrpc: '2.0', id: null, method: 'ping' }, -32600],
    ['a fractional id', { jsonrpc: '2.0', id: 1.5, method: 'ping' }, -32600],
    ['params that are a list', { jsonrpc: '2.0', id: 1, method: 'ping', params: [] }, -32602],
    ['a result beside a method', { jsonrpc: '2.0', id: 1, method: 'ping', result: {} }, -32600],
    ['a key that differs by case', { jsonrpc: '2.0', id: 1, method: 'ping', Method: 'tools/call' }, -32600],
    ['a key with the long s', { jsonrpc: '2.0', id: 1, method: 'ping', paramſ: {} }, -32600],
    [
      'a params key with a NUL',
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a', 'name\u0000': 'b' } },
      -32600,
    ],
    [
      'a params key in capitals',
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a', Arguments: {} } },
      -32600,
    ],
  ])('%s is refused', (_what, tree, code) => {
    expect(read(tree, NO_HEADERS, SESSION)).toMatchObject({ kind: 'refusal', code });
  });

  it('a posted response belongs to its session, and outside of one to nobody', () => {
    const response = { jsonrpc: '2.0', id: 3, result: { action: 'accept' } };
    expect(read(response, NO_HEADERS, SESSION)).toEqual({
      kind: 'response',
      id: 3,
      session: SESSION,
      reply: { kind: 'result', result: { action: 'accept' } },
    });
    expect(read(response, NO_HEADERS)).toEqual({ kind: 'ignored' });
    expect(read(response, NO_HEADERS, 'unknown')).toEqual({ kind: 'ignored' });
  });

  it.each([{ error: 'no' }, { error: { code: 1.5, message: 'x' } }, { result: [] }])(
    'a posted response with %j answers with an error',
    (reply) => {
      const message = read({ jsonrpc: '2.0', id: 3, ...reply }, NO_HEADERS, SESSION);
      expect(message).toMatchObject({ kind: 'response', reply: { kind: 'error' } });
    },
  );
});
