import { describe, expect, it } from 'vitest';
import {
  type Agent,
  behave,
  bootCases,
  expectDeny,
  expectReject,
  expectSame,
  P0,
  PAIRINGS,
  TOOLS,
  useCases,
} from './support/index.ts';

/** How a case spoils the text of a well-formed call of `read_file`. */
type Spoil = (text: string) => string | Buffer;

const NAME = '"name":"read_file"';
const inPlaceOf =
  (part: string, other: string): Spoil =>
  (text) => {
    expect(text).toContain(part);
    return text.replace(part, () => other);
  };

const SPOILT: readonly (readonly [title: string, spoil: Spoil])[] = [
  ['A-01 duplicate key, last is bad', inPlaceOf(NAME, `${NAME},"name":"delete_repo"`)],
  ['A-02 duplicate key, first is bad', inPlaceOf(NAME, `"name":"delete_repo",${NAME}`)],
  ['A-04 duplicate through escapes', inPlaceOf(NAME, `${NAME},"n\\u0061me":"delete_repo"`)],
  [
    'A-06 long s in an envelope key',
    inPlaceOf('"params":', '"param\u017f":{"name":"delete_repo"},"params":'),
  ],
  ['A-06 Kelvin sign in a key of params', inPlaceOf(NAME, `${NAME},"tas\u212a":{}`)],
  [
    'A-06 another case of an envelope key',
    inPlaceOf('"params":', '"Params":{"name":"delete_repo"},"params":'),
  ],
  ['A-06 another case of a key of params', inPlaceOf(NAME, `${NAME},"Name":"delete_repo"`)],
  ['A-07 NUL after the key', inPlaceOf(NAME, `${NAME},"name\\u0000":"delete_repo"`)],
  ['A-07 NUL inside the key', inPlaceOf(NAME, `${NAME},"na\\u0000me":"delete_repo"`)],
  ['A-11 byte-order mark', (text) => `\ufeff${text}`],
  ['A-11 UTF-16 without saying so', (text) => Buffer.from(text, 'utf16le')],
  ['A-18 comment', inPlaceOf(NAME, `/* x */${NAME}`)],
  ['A-18 trailing comma', inPlaceOf('"path":"/data/a"', '"path":"/data/a",')],
  ['A-18 raw control character in a string', inPlaceOf('/data/a', '/data/a\u0001')],
  ['A-18 two values', (text) => `${text} ${text}`],
  ['A-18 single quotes', inPlaceOf(NAME, `'name':'read_file'`)],
];

/** Shapes of `params` that must not be passed on unread. */
const UNREADABLE: readonly (readonly [title: string, spoil: Spoil])[] = [
  ['A-09 arguments that are a list', inPlaceOf('"arguments":{"path":"/data/a"}', '"arguments":[1]')],
  ['A-09 arguments that are a text', inPlaceOf('"arguments":{"path":"/data/a"}', '"arguments":"x"')],
  ['A-09 arguments that are null', inPlaceOf('"arguments":{"path":"/data/a"}', '"arguments":null')],
  ['A-09 a name that is a number', inPlaceOf(NAME, '"name":7')],
  ['A-09 params that are a list', (text) => text.replace(/"params":.*$/, '"params":[]}')],
];

/** Arguments of `create_charge` that no two parsers need agree on. */
const BAD_ARGUMENTS: readonly (readonly [title: string, args: string])[] = [
  ['A-03 duplicate inside arguments', '{"amount":100,"amount":9000000,"currency":"usd"}'],
  ['A-14 integer beyond 2^53', '{"amount":9007199254740993,"currency":"usd"}'],
  ['A-16 overflow to infinity', '{"amount":1e400,"currency":"usd"}'],
  ['A-16 overflow below zero', '{"amount":-1e400,"currency":"usd"}'],
  ['A-21 __proto__ in arguments', '{"__proto__":{"amount":1},"currency":"usd"}'],
  ['A-21 __proto__ through escapes', '{"\\u005f_proto__":{"amount":1},"currency":"usd"}'],
  ...['NaN', 'Infinity', '-Infinity', '0x10', '+1', '01', '.5', '1.', '1_000'].map(
    (number) => [`A-18 the number ${number}`, `{"amount":${number},"currency":"usd"}`] as const,
  ),
];

const INHERITED = {
  a_22_constructor: ['args.constructor.name', 'eq', 'Object'],
  a_22_to_string: ['args.toString', 'exists', true],
  a_22_length: ['args.items.length', 'lte', 3],
} as const;

const tools = {
  ...P0.tools,
  ...Object.fromEntries(
    Object.entries(INHERITED).map(([name, [path, op, value]]) => [
      name,
      { require: [{ conditions: [{ path, op, value }] }] },
    ]),
  ),
};

const spoilt = (agent: Agent, spoil: Spoil) =>
  agent.send(
    spoil(agent.text('tools/call', { name: 'read_file', arguments: { path: '/data/a' } })),
    'tools/call',
    {
      name: 'read_file',
    },
  );

describe.each(PAIRINGS)('A ingress, $agent agent, $server server', (pairing) => {
  const cases = suite;
  const agent = (): Agent => cases().agent(pairing);

  it.each(SPOILT)('%s', (_title, spoil) => expectReject(cases(), () => spoilt(agent(), spoil)));
  it.each(UNREADABLE)('%s', (_title, spoil) =>
    expectReject(cases(), () => spoilt(agent(), spoil), { status: [200, 400] }),
  );
  it.each(BAD_ARGUMENTS)('%s', (_title, args) =>
    expectReject(cases(), () => agent().callText('create_charge', args)),
  );

  it.each([
    ['A-11 UTF-16 by charset', { 'content-type': 'application/json; charset=utf-16le' }],
    ['A-24 gzip', { 'content-encoding': 'gzip' }],
    ['A-24 br', { 'content-encoding': 'br' }],
    ['A-24 deflate', { 'content-encoding': 'deflate' }],
    ['A-24 gzip, gzip', { 'content-encoding': 'gzip, gzip' }],
    ['A-24 identity;q=0', { 'content-encoding': 'identity;q=0' }],
    ['A-25 text/plain', { 'content-type': 'text/plain' }],
    ['A-25 a tab and a parameter', { 'content-type': 'application/json\t;x' }],
    ['A-25 a type that only begins right', { 'content-type': 'application/jsonx' }],
    ['A-25 another charset', { 'content-type': 'application/json; charset=latin1' }],
    ['A-25 none', { 'content-type': undefined }],
  ])('%s is refused before the body is read', (_title, headers) =>
    expectReject(cases(), () => agent().call('search', {}, { headers }), { status: 415 }),
  );

  it('A-25 two Content-Type lines are refused before anybody is identified', () =>
    expectReject(
      cases(),
      () => agent().call('search', {}, { extraHeaders: ['content-type', 'text/plain'] }),
      { status: 400, rows: 0 },
    ));

  it('A-15 decimal that rounds under the limit is sent as the number that was judged', async () => {
    await expectSame(cases(), () =>
      agent().callText('create_charge', '{"amount":50000.000000000000001,"currency":"usd"}'),
    );
    expect(cases().s1(pairing).calls().at(-1)?.raw).toMatch(/"amount":50000[,}]/);
    await expectDeny(cases(), () =>
      agent().callText('create_charge', '{"amount":50000.00001,"currency":"usd"}'),
    );
  });

  it.each([
    ['-0', '0'],
    ['1E2', '100'],
    ['1.0', '1'],
    ['100e-0', '100'],
  ])('A-17 %s is sent as the number that was judged, %s', async (lexeme, sent) => {
    await expectSame(cases(), () => agent().callText('search', `{"n":${lexeme}}`));
    expect(cases().s1(pairing).calls().at(-1)?.raw).toMatch(new RegExp(`"n":${sent}[,}]`));
  });

  it('A-21 an amount under constructor.prototype is no amount', () =>
    expectDeny(cases(), () =>
      agent().callText('create_charge', '{"constructor":{"prototype":{"amount":1}},"currency":"usd"}'),
    ));

  it.each(Object.keys(INHERITED))('A-22 inherited names are no path: %s', (name) =>
    expectDeny(cases(), () => agent().call(name, { items: 'abc' })),
  );

  it('A-23 body larger than the judged part is refused unread', () =>
    expectReject(
      cases(),
      () => {
        const text = agent().text('tools/call', { name: 'search', arguments: {} });
        const padding = ' '.repeat(4 * 1024 * 1024 - text.length + 1);
        return agent().send(
          text.replace('{}', () => `{${padding}}`),
          'tools/call',
          { name: 'search' },
        );
      },
      { status: 413 },
    ));

  it('A-29 audit view equals sent view', async () => {
    const args = '{"z":1.50,"a\\u0062":"\\u00e9\\ud83d\\ude00","nested":{"b":[1e2,{"y":null,"x":true}]}}';
    await expectSame(cases(), () => agent().callText('search', args), JSON.parse(args));
    // That the row's digest is that of the bytes which arrived, the ledgers hold for every call.
  });
});

const suite = useCases({
  policy: { ...P0, tools },
  tools: [...TOOLS, ...Object.keys(INHERITED).map((name) => ({ name }))],
});

describe.each(PAIRINGS)('A-30 response side differential, $agent agent, $server server', (pairing) => {
  const GARBLED = [
    [
      'two results',
      '{"jsonrpc":"2.0","id":ID,"result":{"content":[]},"result":{"content":[{"type":"text","text":"canary-two"}]}}',
    ],
    [
      'two results through escapes',
      '{"jsonrpc":"2.0","id":ID,"result":{"content":[]},"r\\u0065sult":{"x":"canary-two"}}',
    ],
    [
      'a result and an error',
      '{"jsonrpc":"2.0","id":ID,"result":{"x":"canary-two"},"error":{"code":1,"message":"no"}}',
    ],
  ] as const;

  it.each(GARBLED)('a call answered with %s relays nothing', async (_what, text) => {
    suite().s1(pairing).nextCall(behave.garble(text));
    const answer = await suite().agent(pairing).call('search');
    expect(answer.body.result?.content?.[0]?.text).toMatch(/^\[UPSTREAM UNAVAILABLE\]/);
    expect(answer.text).not.toContain('canary-two');
  });

  it.each([
    [
      'a tool with two names',
      '{"tools":[{"name":"search","name":"secret_tool","inputSchema":{"type":"object"}}]}',
    ],
    ['two lists', '{"tools":[],"tools":[{"name":"secret_tool","inputSchema":{"type":"object"}}]}'],
  ])('a list with %s relays nothing', async (_what, result) => {
    await using cases = await bootCases();
    cases.s1(pairing).always('tools/list', behave.garble(`{"jsonrpc":"2.0","id":ID,"result":${result}}`));
    const answer = await cases.agent(pairing).request('tools/list');
    expect(answer.body.error?.message).toMatch(/^\[UPSTREAM UNAVAILABLE\]/);
    expect(answer.text).not.toContain('secret_tool');
    await cases.expectLedgersToAgree();
  });

  it('a list beside another under a key of another case relays the one that was filtered', async () => {
    await using cases = await bootCases();
    const tool = (name: string) => ({ name, inputSchema: { type: 'object' } });
    const result = { tools: [tool('search')], Tools: [tool('secret_tool')], ttlMs: 0, cacheScope: 'public' };
    cases.s1(pairing).always('tools/list', behave.result(result));
    const answer = await cases.agent(pairing).request('tools/list');
    expect(answer.text).toContain('search');
    expect(answer.text).not.toContain('secret_tool');
    await cases.expectLedgersToAgree();
  });
});

describe('A, for rooms that are not built yet', () => {
  it.todo('A-14, A-17 numbers keep their source text where the server asks for it (issue: ingress profile)');
  it.todo('A-29 the approval card shows the same canonical text (issue: approvals)');
});
