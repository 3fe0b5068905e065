import { describe, expect, it } from 'vitest';
import {
  type Agent,
  behave,
  bootCases,
  expectAllowed,
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
  [
    'A-23 names of arguments beyond what the log keeps',
    inPlaceOf('"path":"/data/a"', `"path":"/data/a","${'k'.repeat(32_768)}":1`),
  ],
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

  // Clients in Go end their whole session at an HTTP 400 whose id is null, and those in Python at any within a session.
  it.each([
    ['an integer beyond 2^53', '{"amount":9007199254740993}'],
    ['half of a surrogate pair', '{"q":"\\ud83d"}'],
    ['a text that is too long', `{"q":"${'x'.repeat(1_048_577)}"}`],
    ['too many elements', `{"q":[${'0,'.repeat(10_000)}0]}`],
    ['too deep a value', `{"q":${'['.repeat(64)}${']'.repeat(64)}}`],
    ['a duplicate key', '{"id":1,"id":2}'],
  ])('the refusal of %s is addressed to its request', async (_title, args) => {
    const text = agent().text('tools/call', { name: 'search', arguments: {} }, { id: 'mine' });
    const spoil = inPlaceOf('"arguments":{}', `"arguments":${args}`);
    const answer = await agent().send(spoil(text), 'tools/call', { name: 'search' });
    const { body, status } = answer;
    expect(body.id).toBe('mine');
    if (pairing.agent === 'modern') expect([status, body.error?.code]).toEqual([400, -32600]);
    else if (args.includes('"id"')) expect([status, body.error?.code]).toEqual([200, -32600]);
    else expect([status, body.result?.isError]).toEqual([200, true]);
  });

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

/** What conditions make of 9007199254740993, whose nearest doubles are …992 and …994. */
const BIG_CONDITIONS = {
  // Compared exactly, it is neither of its neighbours and greater than the first; the gateway does not compare it at all.
  'eq is undetermined, so deny_if fires': { deny_if: must('eq', 9007199254740991) },
  'gt is undetermined, so deny_if fires': { deny_if: must('gt', 9007199254740991) },
  'lte is undetermined, so require fails': { require: must('lte', 1e15) },
  'gte is undetermined too, though it holds': { require: must('gte', 1) },
  'the schema of the tool is not held against it': { validate: { schema: true } },
  'a sum does not count it': { spend_limit: { max: 9_000_000, window: 'day', from: 'args.n' } },
};
const BIG_ALLOWED = {
  'exists sees it': { require: must('exists', true) },
  'type says that it is an integer': { require: must('type', 'integer') },
  'type says that it is no text': { deny_if: must('type', 'string') },
  'a scope counts by its digits': {
    // The agents of both eras call each server once with each number.
    limits: [{ counter: 'n', window: 'hour', max: 2, scope: 'args.n' }],
  },
};

function must(op: string, value: unknown): readonly object[] {
  return [{ conditions: [{ path: 'args.n', op, value }] }];
}

const bigPolicies = Object.fromEntries(
  Object.entries({ ...BIG_CONDITIONS, ...BIG_ALLOWED }).map(([title, entry], at) => [
    `big-${at}`,
    { title, document: { version: '1', default: 'deny', tools: { search: entry } } },
  ]),
);
const bigPolicyOf = (title: string): string =>
  Object.keys(bigPolicies).find((name) => bigPolicies[name]?.title === title) ?? '';

const passing = useCases({
  server: () => ({ big_numbers: 'pass' }),
  policies: Object.fromEntries(
    Object.entries(bigPolicies).map(([name, { document }]) => [name, document] as const),
  ),
  grants: () => Object.fromEntries(Object.keys(bigPolicies).map((policy) => [policy, { policy }])),
});

describe.each(PAIRINGS)(
  'A-14 a server that is set to pass big numbers, $agent agent, $server server',
  (pairing) => {
    const agent = (title?: string): Agent =>
      passing().agent(pairing, title === undefined ? 'GA' : bigPolicyOf(title));
    const lastRaw = () => passing().s1(pairing).calls().at(-1)?.raw;

    it.each([
      '{"n":9007199254740993}',
      '{"n":-9007199254740993,"list":[123456789012345678901234567890,1]}',
      '{"n":1e21}',
      '{"\\u006e":9007199254740993}',
    ])('gets %s as it was written', async (args) => {
      expectAllowed(await agent().callText('search', args));
      expect(lastRaw()).toContain(`"arguments":${args.replace('\\u006e', 'n')}`);
    });

    it.each(['1e400', '-1e400'])('is not sent %s, which is no number to most programs', (number) =>
      expectReject(passing(), () => agent().callText('search', `{"n":${number}}`)),
    );

    it.each([
      ['arguments', '"arguments":{}', '"arguments":9007199254740993'],
      ['the id', '"id":7', '"id":9007199254740993'],
      ['the method', '"method":"tools/call"', '"method":9007199254740993'],
    ])('is not sent one in the place of %s', (_what, part, other) => {
      const text = agent().text('tools/call', { name: 'search', arguments: {} }, { id: 7 });
      return expectReject(
        passing(),
        () => agent().send(inPlaceOf(part, other)(text), 'tools/call', { name: 'search' }),
        { status: [200, 400] },
      );
    });

    it.each(Object.keys(BIG_CONDITIONS))('%s', (title) =>
      expectDeny(passing(), () => agent(title).callText('search', '{"n":9007199254740993}')),
    );

    it.each(Object.keys(BIG_ALLOWED))('%s', async (title) => {
      expectAllowed(await agent(title).callText('search', '{"n":9007199254740993}'));
      expectAllowed(await agent(title).callText('search', '{"n":9007199254740995}'));
    });
  },
);
