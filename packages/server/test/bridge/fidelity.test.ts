import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { type Agent, legacyAgent, modernAgent } from '../support/raw-agent.ts';
import { type Received, type Stub, startStub } from '../support/stub.ts';

const ERAS = ['modern', 'legacy'] as const;
type Era = (typeof ERAS)[number];

const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: { a: { anyOf: [{ type: 'string' }, { const: 7 }], 'x-vendor': { deep: [1] } } },
  patternProperties: { '^z': false },
  additionalProperties: { $ref: '#/$defs/any' },
  $defs: { any: true },
  unevaluatedProperties: false,
  'x-unknown': null,
};

/** Tools as odd as they may be; the last four make only themselves unusable. */
const TOOLS = [
  { name: 'work' },
  {
    name: 'odd.name/with-all_1',
    inputSchema: SCHEMA,
    annotations: { readOnlyHint: 'maybe', other: [null] },
    icons: [{}],
  },
  { name: 'bad schema', inputSchema: { type: 'object' } },
  { name: 'no_object', inputSchema: { type: 'array' } },
  { name: 'twice', inputSchema: { type: 'object' } },
  { name: 'twice', inputSchema: { type: 'object', title: 'another' } },
];

/** Results that no schema of ours knows, each of which must arrive as it was sent. */
const RESULTS: readonly [string, object][] = [
  ['a content block of an unknown type', { content: [{ type: 'hologram', depth: { x: [1, { y: null }] } }] }],
  [
    'unknown fields everywhere',
    { content: [{ type: 'text', text: 'a', 'x-b': 1 }], other: { a: [] }, isError: false },
  ],
  [
    'vendor keys in _meta',
    { content: [], _meta: { 'com.example/a': { b: 1 }, plain: 'c', traceparent: '00-1' } },
  ],
  [
    'an image, audio and an embedded resource',
    {
      content: [
        { type: 'image', data: 'iVBORw0KGgo=', mimeType: 'image/png', annotations: { audience: ['user'] } },
        { type: 'audio', data: 'UklGRg==', mimeType: 'audio/wav' },
        {
          type: 'resource',
          resource: { uri: 'x://a?b=c#d', blob: 'AAEC/w==', mimeType: 'application/octet-stream' },
        },
      ],
    },
  ],
  [
    'structured content',
    { content: [], structuredContent: { n: 1.5, list: [true, null, 'é\u{1F600}\u2028'], empty: {} } },
  ],
  ['nothing but an error', { content: [], isError: true }],
  ['numbers beyond 2^53 and tiny ones', { content: [], structuredContent: { small: 5e-324, minus: -0.1 } }],
  [
    'keys that mean something in JavaScript',
    { content: [], structuredContent: { constructor: 1, toString: 'x', '': 2 } },
  ],
  [
    '10 MB of base64',
    { content: [{ type: 'image', data: 'A'.repeat(10 * 1024 * 1024), mimeType: 'image/png' }] },
  ],
];

let stubs: Record<Era, Stub>;
let gateway: TestGateway;
let result: object = {};

beforeAll(async () => {
  const onCall =
    (era: Era) =>
    ({ message }: Received, response: ServerResponse): true => {
      const complete = era === 'modern' ? { resultType: 'complete' } : {};
      const body = JSON.stringify({ jsonrpc: '2.0', id: message.id, result: { ...complete, ...result } });
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
      return true;
    };
  const start = (era: Era) => startStub({ era, tools: TOOLS, onCall: onCall(era) });
  stubs = { modern: await start('modern'), legacy: await start('legacy') };
  gateway = await bootGateway({
    mcpServers: { modern: { url: stubs.modern.url }, legacy: { url: stubs.legacy.url } },
    grants: Object.fromEntries(
      ERAS.map((era) => [era, { server: era, policy: 'all', token: tokenFor(era) }]),
    ),
  });
}, 60_000);

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await Promise.all(ERAS.map((era) => stubs[era][Symbol.asyncDispose]()));
});

const tokenFor = (era: Era): string => `fidelity-${era}-0123456789-0123456789-0123456789`;

describe.each(ERAS.flatMap((agent) => ERAS.map((server) => [agent, server] as const)))(
  'P §7.23 a %s agent of a %s server',
  (agentEra, serverEra) => {
    let agent: Agent;
    beforeEach(async () => {
      const endpoint = gateway.endpoint(serverEra);
      const open = { modern: modernAgent, legacy: legacyAgent }[agentEra];
      agent = await open(endpoint, tokenFor(serverEra));
    });

    it.each(RESULTS)('gets %s as it was sent', async (_what, sent) => {
      result = sent;
      const got = await agent.request('tools/call', { name: 'work', arguments: {} });
      const { resultType, ...rest } = { resultType: undefined, ...got.body.result };
      expect(resultType).toBe(agentEra === 'modern' ? 'complete' : undefined);
      expect(rest).toEqual(sent);
    });

    it('sends arguments and vendor keys as they are', async () => {
      result = { content: [] };
      const args = {
        deep: { list: [1, [2, [{}]]], nul: null, text: 'é\u{1F600}' },
        '': 0,
        constructor: 'c',
        n: 1.25e-7,
      };
      await agent.request('tools/call', { name: 'work', arguments: args, _meta: { 'com.example/k': [1] } });
      const received = stubs[serverEra].calls().at(-1)?.message.params;
      expect(received?.['arguments']).toEqual(args);
      expect(received?.['_meta']).toMatchObject({ 'com.example/k': [1] });
    });

    it('P §7.16 is offered odd tools as they are, without those that are broken', async () => {
      const { body } = await agent.request('tools/list', {});
      const tools = body.result?.['tools'] as object[] | undefined;
      expect(tools).toEqual([TOOLS[1], { ...TOOLS[0], inputSchema: { type: 'object' } }]);
    });
  },
);

it('P §7.16 the operator is told which tools were left out and why', () => {
  const told = gateway.lines.map(({ fields }) => String(fields['line']));
  for (const name of ['bad schema', 'no_object', 'twice'])
    expect(
      told.some((line) => line.includes(`dropped ${JSON.stringify(name)}`)),
      name,
    ).toBe(true);
});

describe('P §7.3 a server with 2,000 tools', () => {
  it.each(ERAS)('is listed whole, page after page, for a %s agent', async (era) => {
    const tools = Array.from({ length: 2_000 }, (_, at) => ({ name: `tool_${String(at).padStart(4, '0')}` }));
    await using stub = await startStub({ era: 'modern', tools });
    await using many = await bootGateway({ mcpServers: { many: { url: stub.url } } });
    const agent = await { modern: modernAgent, legacy: legacyAgent }[era](many.endpoint('many'), many.token);
    const names: string[] = [];
    for (let params = {}, page = 0; page < 5; page += 1) {
      const { result: list } = (await agent.request('tools/list', params)).body;
      names.push(...((list?.['tools'] ?? []) as { name: string }[]).map(({ name }) => name));
      if (list?.['nextCursor'] === undefined) break;
      params = { cursor: list['nextCursor'] };
    }
    expect(names).toEqual(tools.map(({ name }) => name));
    const called = await agent.request('tools/call', { name: 'tool_1999', arguments: {} });
    expect(called.body.result?.content?.[0]?.text).toBe('done');
  });
});
