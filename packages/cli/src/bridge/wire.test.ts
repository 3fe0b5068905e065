import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureLine } from './explain.ts';
import { encodeHeader } from './header-value.ts';
import { modernHeaders } from './headers.ts';
import { MAX_LINE_BYTES, readLines } from './lines.ts';
import { onOneLine, readMessage } from './message.ts';
import { createParameterHeaders } from './parameter-headers.ts';
import { createSseReader } from './sse.ts';

describe('a header value', () => {
  it.each([
    ['read_file', 'read_file'],
    ['two words', 'two words'],
    ['', '=?base64??='],
    [' padded', '=?base64?IHBhZGRlZA==?='],
    ['grüß', '=?base64?Z3LDvMOf?='],
    ['a\nb', '=?base64?YQpi?='],
    ['=?base64?eA==?=', '=?base64?PT9iYXNlNjQ/ZUE9PT89?='],
  ])('%j is sent as %s', (value, expected) => {
    expect(encodeHeader(value)).toBe(expected);
  });

  it('is always printable ASCII and says the same after decoding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const header = encodeHeader(value);
        expect(header).toMatch(/^[\x20-\x7e\t]+$/);
        const sentinel = /^=\?base64\?(.*)\?=$/.exec(header);
        const decoded = sentinel === null ? header : Buffer.from(sentinel[1] ?? '', 'base64').toString();
        expect(decoded).toBe(value);
      }),
    );
  });
});

describe('the headers of a modern message', () => {
  const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
  const headersOf = (method: string, params: object): Readonly<Record<string, string>> => {
    const message = readMessage(
      JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }),
    );
    if (message.kind !== 'request' || message.claim === undefined)
      throw new Error('expected a modern request');
    return modernHeaders({ ...message, claim: message.claim }, createParameterHeaders());
  };

  it.each([
    ['tools/call', { name: 'x' }, 'x'],
    ['prompts/get', { name: 'p' }, 'p'],
    ['resources/read', { uri: 'file:///a' }, 'file:///a'],
    ['tasks/cancel', { taskId: '7' }, '7'],
    ['tools/list', { name: 'no' }, undefined],
    ['tools/call', { name: 5 }, undefined],
    ['constructor', { name: 'no' }, undefined],
  ])('of %s with %j name %s', (method, params, name) => {
    const headers = headersOf(method, params);
    expect(headers).toMatchObject({ 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': method });
    expect(headers['Mcp-Name']).toBe(name);
  });
});

describe('annotated parameters', () => {
  const parameters = createParameterHeaders();
  parameters.learn({
    tools: [
      {
        name: 't',
        inputSchema: {
          properties: {
            region: { type: 'string', 'x-mcp-header': 'Region' },
            deep: { properties: { n: { type: 'integer', 'x-mcp-header': 'N' } } },
            bad: { 'x-mcp-header': 'not a token' },
          },
        },
      },
    ],
  });

  it.each([
    [
      { region: 'nörd', deep: { n: 5 } },
      { 'Mcp-Param-Region': '=?base64?bsO2cmQ=?=', 'Mcp-Param-N': '5' },
    ],
    [{ region: null, deep: { n: true } }, { 'Mcp-Param-N': 'true' }],
    [{ region: ['x'], bad: 'x' }, {}],
  ])('%j become %j', (args, expected) => {
    expect(parameters.headersFor({ name: 't', arguments: args })).toEqual(expected);
  });

  it('of a tool that was never listed are none', () => {
    expect(parameters.headersFor({ name: 'other', arguments: { region: 'x' } })).toEqual({});
  });
});

describe('a line from the client', () => {
  it.each([
    ['{"id":1,"method":"m"}', 'request'],
    ['{"id":"","method":"m"}', 'request'],
    ['{"method":"m"}', 'notification'],
    ['{"id":1,"result":{}}', 'response'],
    ['{"id":1,"error":{}}', 'response'],
    ['[{"id":1,"method":"m"}]', 'batch'],
    ['{"id":null,"method":"m"}', 'not_a_message'],
    ['{"id":1}', 'not_a_message'],
    ['7', 'not_a_message'],
    ['{', 'not_json'],
  ])('%s is a %s', (line, kind) => {
    expect(readMessage(line).kind).toBe(kind);
  });

  it('is modern by the claim in its envelope alone', () => {
    const claim = 'io.modelcontextprotocol/protocolVersion';
    expect(readMessage(`{"id":1,"method":"m","params":{"_meta":{"${claim}":"v"}}}`)).toMatchObject({
      claim: 'v',
    });
    expect(readMessage(`{"id":1,"method":"m","params":{"_meta":{"${claim}":7}}}`)).not.toHaveProperty(
      'claim',
    );
  });
});

describe('lines', () => {
  const collect = async (chunks: readonly (Buffer | string)[]): Promise<unknown[]> => {
    async function* input(): AsyncGenerator<Buffer | string> {
      yield* chunks;
    }
    const found: unknown[] = [];
    for await (const line of readLines(input())) found.push(line.kind === 'line' ? line.text : line.kind);
    return found;
  };

  it('are the same however the bytes are cut', async () => {
    const bytes = Buffer.from('{"a":"ü你"}\r\n\n  \n{"b":1}\nlast');
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(await collect([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual([
        '{"a":"ü你"}',
        '{"b":1}',
        'last',
      ]);
    }
  });

  it('of 10 MiB are taken, one byte more is not, and the next line is read again', async () => {
    const most = 'x'.repeat(MAX_LINE_BYTES);
    expect(await collect([most, 'x\n', 'next\n'])).toEqual(['too_long', 'next']);
    expect(await collect([`${most}\n`])).toEqual([most]);
  });
});

describe('an event stream', () => {
  const STREAM =
    ': hello\r\nevent: message\r\ndata: {"a":1}\r\n\r\nid: 1\ndata:\n\ndata: {\ndata: "b":2}\n\ndata:x\r\rdata: lost';

  it('gives the data of each event, however it is cut, and nothing for priming events and comments', () => {
    for (let cut = 0; cut <= STREAM.length; cut += 1) {
      const reader = createSseReader();
      const events = [...reader.feed(STREAM.slice(0, cut)), ...reader.feed(STREAM.slice(cut))];
      expect(events).toEqual(['{"a":1}', '{\n"b":2}', 'x']);
    }
  });

  it('is written on one line without changing the JSON', () => {
    const text = '{\n"b": "x\\ny",\r\n"n": 12345678901234567890 }';
    expect(onOneLine(text)).toBe('{ "b": "x\\ny", "n": 12345678901234567890 }');
  });
});

describe('a request without an answer', () => {
  const endpoint = new URL('http://127.0.0.1:7411/mcp/files');
  const refused = (status: number, body: string) =>
    failureLine(7, { kind: 'refused', status, body, isUntimely: false }, endpoint);

  it('gets the error that the gateway gave, under its own id', () => {
    expect(
      JSON.parse(refused(400, '{"jsonrpc":"2.0","id":null,"error":{"code":-32020,"message":"m"}}')),
    ).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: { code: -32020, message: 'm' },
    });
  });

  it.each([
    [refused(401, '{"error":{"code":1}}'), 'does not accept the grant'],
    [refused(404, 'nope'), 'check --server and --url'],
    [refused(502, '<html>'), 'answered HTTP 502: expected a Boomgate gateway'],
    [refused(413, '{"error":"too_large","message":"expected less"}'), 'answered HTTP 413: expected less'],
    [failureLine(7, { kind: 'lost', reason: 'ECONNRESET' }, endpoint), 'may have run'],
    [failureLine(7, { kind: 'answered', status: 202 }, endpoint), 'without an answer'],
  ])('%s says what is wrong', (line, message) => {
    expect(JSON.parse(line)).toMatchObject({ id: 7, error: { message: expect.stringContaining(message) } });
  });
});
