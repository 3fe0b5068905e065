import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mintToken } from '../../src/identity/index.ts';
import { ALLOW_ALL } from '../support/gateway.ts';
import { openListen } from '../support/listen.ts';
import { bootOffice, expectOk, type Office, problemOf } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';

/** The wall clock, which stands still unless a test moves it. */
let nowMs = Date.UTC(2026, 10, 1);
const LIMITED = {
  version: '1',
  default: 'allow',
  tools: {
    pay: {
      limits: [
        { counter: 'calls', window: 'hour', max: 3, scope: 'grant' },
        { counter: 'each', window: 'day', max: 9, scope: ['grant', 'args.to'] },
      ],
    },
  },
};

let stub: Stub;
let office: Office;
beforeAll(async () => {
  stub = await startStub({ era: 'modern', tools: [{ name: 'pay' }] });
  office = await bootOffice(
    { clock: { wallMs: () => nowMs, monotonicMs: () => performance.now() } },
    { mcpServers: { s: { url: stub.url } }, policies: { all: ALLOW_ALL, limited: LIMITED } },
  );
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

const mint = (name: string, more: object = {}) =>
  office.admin.client.grants.mint({ body: { name, server: 's', policy: 'all', ...more } });
const statusWith = async (token: string) =>
  (await post(office.test.endpoint('s'), token, modernCall('pay'))).status;

it('a grant is minted for who mints it, works at once, and is paused, resumed and revoked', async () => {
  const { client, email } = office.admin;
  const { id, token, ...grant } = expectOk(await mint('laptop'));
  expect(grant).toMatchObject({ name: 'laptop', owner: email, state: 'active', origin: 'minted' });
  const params = { grant: id };
  const seen = [await statusWith(token)];
  for (const change of ['pause', 'resume', 'revoke'] as const) {
    expectOk(await client.grants[change]({ params }));
    seen.push(await statusWith(token));
  }
  expect(seen).toEqual([200, 401, 200, 401]);
  expect(problemOf(await client.grants.resume({ params }))).toBe('grant_revoked');
  const actor = { kind: 'person', name: email, address: '127.0.0.1' };
  const rows = await office.gateway.store.audit.query({ target: id, limit: 9 });
  expect(rows).toMatchObject(
    ['created', 'paused', 'resumed', 'revoked'].map((verb) => ({ action: `grant.${verb}`, actor })),
  );
  const { text } = await office.admin.send('/api/v1/grants');
  expect(text + JSON.stringify(rows)).not.toContain(token);
});

it('a grant is minted once for an Idempotency-Key, with the same token', async () => {
  const sent = { body: { name: 'once', server: 's' }, idempotencyKey: 'mint-once' };
  const one = expectOk(await office.admin.client.grants.mint(sent));
  expect(expectOk(await office.admin.client.grants.mint(sent))).toEqual(one);
});

it('what is not declared, or is named like another grant, is not minted', async () => {
  expectOk(await mint('twice'));
  expect(problemOf(await mint('twice'))).toBe('name_taken');
  const wrong = await mint('new', { server: 'elsewhere', policy: 'none' });
  const pointers = wrong.ok ? [] : wrong.problem.errors?.map(({ pointer }) => pointer);
  expect(pointers).toEqual(['/server', '/policy']);
});

it('a policy for one server is given to no grant of another, alone or in a stack', async () => {
  const { client } = office.admin;
  const bound = { name: 'own', server: 's', document: { version: '1', default: 'allow' } };
  expectOk(await client.policies.create({ body: bound }));
  expectOk(await client.servers.create({ body: { slug: 'other', url: stub.url } }));
  expectOk(await mint('fit', { policy: 'own' }));
  const stack = [
    { server: 's', policy: 'own' },
    { server: 'other', policy: 'own' },
  ];
  const refused = [
    await mint('unfit', { server: 'other', policy: 'own' }),
    await client.grants.mint({ body: { name: 'unfit', stack } }),
  ];
  expect(refused.map((one) => (one.ok ? [] : one.problem.errors?.map(({ pointer }) => pointer)))).toEqual([
    ['/policy'],
    ['/stack/1/policy'],
  ]);
});

it('a policy for another server decides nothing for a grant that has its name from before', async () => {
  const { hash, token } = mintToken();
  const grant = {
    id: 'from-before',
    name: 'from before',
    organization: 'default',
    server: 'other',
    policy: 'own',
  };
  await office.gateway.store.grants.create({ ...grant, labels: {}, mode: 'enforce', origin: 'minted' }, hash);
  const calls = stub.calls().length;
  const { text } = await post(office.test.endpoint('other'), token, modernCall('pay'));
  expect(text).toContain('this grant has no policy for this server, so every call is refused');
  expect(stub.calls().length).toBe(calls);
  const { items } = expectOk(await office.admin.client.stack.read());
  const other = items.find(({ slug }) => slug === 'other');
  expect(other?.doors).toEqual([{ policy: 'own', mode: 'enforce', grants: ['from before'] }]);
  expectOk(
    await office.admin.client.policies.attach({ params: { grant: grant.id }, body: { policy: 'all' } }),
  );
  expect((await post(office.test.endpoint('other'), token, modernCall('pay'))).text).not.toContain('refused');
});

it('a grant of the configuration file is listed, and changed there alone', async () => {
  const { items } = expectOk(await office.admin.client.grants.list());
  const declared = items.find(({ origin }) => origin === 'file');
  const params = { grant: declared?.id ?? '' };
  const { grants } = office.admin.client;
  const answers = [await grants.pause({ params }), await grants.revoke({ params })];
  expect(answers.map(problemOf)).toEqual(['declared_by_file', 'declared_by_file']);
  expect(await statusWith(office.test.token)).toBe(200);
  const first = expectOk(await grants.list({ query: { limit: 1 } }));
  const rest = expectOk(await grants.list({ query: { cursor: first.next ?? '' } }));
  expect([...first.items, ...rest.items]).toEqual(items);
});

it('E-12 rotates: the old token holds for the overlap and no longer, and both end with the grant', async () => {
  const { client } = office.admin;
  const { id, token: first } = expectOk(await mint('turning', { labels: { team: 'a', level: 2 } }));
  const params = { grant: id };
  const rotated = async (overlapSeconds: number) =>
    expectOk(await client.grants.rotate({ params, body: { overlapSeconds } }));
  const second = (await rotated(0)).token;
  expect([await statusWith(first), await statusWith(second)]).toEqual([401, 200]);
  const { overlapEndsAt, token: third } = await rotated(2);
  expect(Date.parse(overlapEndsAt ?? '')).toBe(nowMs + 2_000);
  expect([await statusWith(second), await statusWith(third)]).toEqual([200, 200]);
  nowMs += 1_999;
  expect(await statusWith(second)).toBe(200);
  nowMs += 1;
  expect([await statusWith(second), await statusWith(third)]).toEqual([401, 200]);
  nowMs -= 1_000;
  expect(await statusWith(second)).toBe(401);
  const { token: fourth } = await rotated(60);
  expectOk(await client.grants.revoke({ params }));
  expect([await statusWith(third), await statusWith(fourth)]).toEqual([401, 401]);
  expect(problemOf(await client.grants.rotate({ params, body: {} }))).toBe('grant_revoked');
  const rows = await office.gateway.store.audit.query({ target: id, action: 'grant.rotated', limit: 9 });
  expect(rows).toHaveLength(3);
  const tokens = rows.map(({ before, after }) => before?.['token'] !== after?.['token']);
  expect(tokens).toEqual([true, true, true]);
  expect((await client.grants.rotate({ params, body: { overlapSeconds: 604_801 } })).status).toBe(422);
});

it('an open stream of the old token ends with its overlap', async () => {
  const { id, token } = expectOk(await mint('listening'));
  await using stream = await openListen(office.test, { toolsListChanged: true }, { token });
  expect([stream.status, stream.isOver()]).toEqual([200, false]);
  expectOk(await office.admin.client.grants.rotate({ params: { grant: id }, body: { overlapSeconds: 5 } }));
  await wait(600);
  expect(stream.isOver()).toBe(false);
  nowMs += 5_000;
  const from = performance.now();
  await until(() => stream.isOver());
  expect(performance.now() - from).toBeLessThan(1_000);
});

it('reveals the token that is kept to an admin who is signed in, and notes it', async () => {
  const { client, email } = office.admin;
  const { id, token, isTokenKept } = expectOk(await mint('shown'));
  const params = { grant: id };
  expect([isTokenKept, expectOk(await client.grants.reveal({ params })).token]).toEqual([true, token]);
  const rows = await office.gateway.store.audit.query({ target: id, limit: 9 });
  expect(rows.at(-1)).toMatchObject({ action: 'grant.revealed', actor: { name: email } });
  expect(JSON.stringify(rows)).not.toContain(token);
  const secret = expectOk(await mint('secret', { keepToken: false }));
  const refused = await client.grants.reveal({ params: { grant: secret.id } });
  expect(problemOf(refused)).toBe('token_not_kept');
  const items = expectOk(await client.grants.list()).items;
  const ofFile = items.find(({ origin }) => origin === 'file')?.id ?? '';
  const { grants } = client;
  const answers = [
    await grants.reveal({ params: { grant: ofFile } }),
    await grants.rotate({ params: { grant: ofFile }, body: {} }),
    await grants.update({ params: { grant: ofFile }, body: { mode: 'observe' } }),
  ];
  expect(answers.map(problemOf)).toEqual(answers.map(() => 'declared_by_file'));
});

it('changes name, labels, owner and expiry, and mints for a stack', async () => {
  const { grants } = office.admin.client;
  const { id, token } = expectOk(await mint('before', { expiresInDays: 1 }));
  const params = { grant: id };
  const expiresAt = new Date(nowMs + 1_000).toISOString();
  const body = { name: 'after', labels: { team: 'b' }, owner: null, expiresAt };
  expect(expectOk(await grants.update({ params, body }))).toMatchObject({
    name: 'after',
    labels: { team: 'b' },
    expiresAt,
  });
  expect(expectOk(await grants.show({ params }))).not.toHaveProperty('owner');
  nowMs += 1_000;
  expect(await statusWith(token)).toBe(401);
  expectOk(await grants.update({ params, body: { expiresAt: null } }));
  // The gateway's time never goes back, and the grant has no end any more.
  expect(await statusWith(token)).toBe(200);
  expectOk(await mint('taken'));
  expect(problemOf(await grants.update({ params, body: { name: 'taken' } }))).toBe('name_taken');
  const stack = [{ server: 's', policy: 'all' }];
  expect(expectOk(await grants.mint({ body: { name: 'stack', stack } }))).toMatchObject({
    server: '',
    stack,
  });
  const both = await grants.mint({ body: { name: 'both', stack, server: 's' } });
  const twice = await grants.mint({ body: { name: 'twice', stack: [...stack, ...stack] } });
  expect([both, twice].map(problemOf)).toEqual(['invalid_input', 'invalid_input']);
});

it('binds a grant to networks, and says which of them is none', async () => {
  const { grants } = office.admin.client;
  const { id, networks, token } = expectOk(await mint('bound', { networks: ['203.0.113.0/24'] }));
  expect([networks, await statusWith(token)]).toEqual([['203.0.113.0/24'], 403]);
  const update = async (body: { networks: string[] | null }) =>
    grants.update({ params: { grant: id }, body });
  expect(expectOk(await update({ networks: ['127.0.0.1', '::1'] })).networks).toEqual(['127.0.0.1', '::1']);
  expect(await statusWith(token)).toBe(200);
  for (const none of [
    '10.0.0.0/33',
    '2001:db8::/32.5',
    '10.0.0',
    'localhost',
    'fe80::1%eth0',
    '10.0.0.1-10.0.0.9',
  ])
    expect(await update({ networks: ['10.0.0.0/8', none] })).toMatchObject({
      problem: {
        errors: [
          { pointer: '/networks/1', message: expect.stringContaining(`found ${JSON.stringify(none)}`) },
        ],
      },
    });
  expect(problemOf(await update({ networks: [] }))).toBe('invalid_input');
  expect(expectOk(await update({ networks: null }))).not.toHaveProperty('networks');
});

it('says when a grant was last used, and calls none quiet that is new', async () => {
  const { grants } = office.admin.client;
  const [used, quiet] = [expectOk(await mint('used')), expectOk(await mint('quiet'))];
  await statusWith(used.token);
  await office.gateway.store.stats.advance();
  const hour = new Date(Math.floor(nowMs / 3_600_000) * 3_600_000).toISOString();
  expect(expectOk(await grants.show({ params: { grant: used.id } })).lastRequestAt).toBe(hour);
  const { items } = expectOk(await grants.list({ query: { text: 'u' } }));
  const told = items.flatMap(({ id, lastRequestAt }) => (id === used.id ? [lastRequestAt] : []));
  expect(told).toEqual([hour]);
  expect(items.find(({ id }) => id === quiet.id)).not.toHaveProperty('lastRequestAt');
  expect(expectOk(await grants.list({ query: { quietForDays: 1 } })).items).toEqual([]);
});

it('a resume that races a revoke leaves the grant revoked', async () => {
  const { grants } = office.admin.client;
  for (let round = 0; round < 10; round += 1) {
    const { id, token } = expectOk(await mint(`race ${round}`));
    const params = { grant: id };
    expectOk(await grants.pause({ params }));
    await Promise.all([grants.resume({ params }), grants.revoke({ params }), grants.resume({ params })]);
    expect(expectOk(await grants.show({ params })).state).toBe('revoked');
    expect(await statusWith(token)).toBe(401);
  }
});

it('says what is used of limits as the gateway counts it, and uses none by looking', async () => {
  const { grants } = office.admin.client;
  const { id, token } = expectOk(await mint('limited', { policy: 'limited' }));
  const usage = async () => expectOk(await grants.usage({ params: { grant: id } })).limits;
  expect(await usage()).toMatchObject([
    { counter: 'calls', used: 0, max: 3, window: 'hour' },
    { counter: 'each', used: 0, perKey: { counters: 0 } },
  ]);
  const outcomes: string[] = [];
  for (const to of ['a', 'a', 'b', 'b', 'b']) {
    const answer = await post(office.test.endpoint('s'), token, modernCall('pay', { to }));
    outcomes.push(/POLICY DENIED/.test(JSON.stringify(answer)) ? 'refused' : 'sent');
    await usage();
  }
  expect(outcomes).toEqual(['sent', 'sent', 'sent', 'refused', 'refused']);
  const [calls, each] = await usage();
  expect(calls).toMatchObject({ used: 3, max: 3, scope: ['grant'], server: 's', policy: 'limited' });
  const freesInMs = (freesAt = '') => Date.parse(freesAt) - nowMs;
  expect(freesInMs(calls?.freesAt)).toBeGreaterThan(3_400_000);
  // The store's time stays ahead of a clock that is set back.
  nowMs -= 86_400_000;
  const [setBack] = await usage();
  nowMs += 86_400_000;
  expect(freesInMs(setBack?.freesAt) + 86_400_000).toBeLessThan(3_700_000);
  expect(each).toMatchObject({ used: 2, perKey: { counters: 2, isComplete: true } });
  expect(each?.perKey?.fullest.map(({ used }) => used)).toEqual([2, 1]);
});
