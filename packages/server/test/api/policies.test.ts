import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GATEWAY, type Store } from '../../src/store/index.ts';
import { openDatabase } from '../../src/store/sqlite/driver.ts';
import { connectAgent } from '../support/clients.ts';
import { bootOffice, expectOk, type Office, problemOf, type Somebody } from '../support/people.ts';
import { modernCall, post } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';

const inputSchema = {
  type: 'object',
  properties: { amount: { type: 'number' } },
  required: ['amount'],
  additionalProperties: false,
};

let stub: Stub;
let office: Office;
let other: Somebody;
beforeAll(async () => {
  stub = await startStub({ era: 'modern', tools: [{ name: 'pay', inputSchema }, { name: 'read' }] });
  office = await bootOffice({}, { mcpServers: { s: { url: stub.url } } });
  other = await office.somebody('policy_manager');
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

const upTo = (amount: number, more: object = {}) => ({
  version: '1',
  default: 'deny',
  tools: {
    pay: {
      validate: { schema: true },
      deny_if: [{ conditions: [{ path: 'args.amount', op: 'gt', value: amount }] }],
      ...more,
    },
  },
});
const policies = () => office.admin.client.policies;
const create = async (name: string, document: object | string, more: object = {}) =>
  expectOk(
    await policies().create({ body: { name, document, ...more } as { name: string; document: string } }),
  );
const policies2 = () => other.client.proposals;
const ifMatch = (version: number) => `"${version}"`;

/** A grant that a policy decides, attached by a policy manager. */
async function granted(policy: string) {
  const minted = expectOk(
    await office.admin.client.grants.mint({ body: { name: crypto.randomUUID(), server: 's' } }),
  );
  expectOk(await other.client.policies.attach({ params: { grant: minted.id }, body: { policy } }));
  return minted;
}
const pay = async (token: string, amount: number, tool = 'pay') =>
  (await post(office.test.endpoint('s'), token, modernCall(tool, { amount }))).body.result?.isError === true
    ? 'refused'
    : 'passed';
async function require2(requireSecondPerson: 'never' | 'widening' | 'always') {
  const { settings } = office.admin.client;
  const read = await settings.read();
  expectOk(await settings.change({ body: { requireSecondPerson }, ifMatch: (read.ok && read.etag) || '' }));
}

it('the very next call is decided by what was saved, rolled back and attached', async () => {
  await create('pays', upTo(10));
  const { id, token } = await granted('pays');
  const seen = [await pay(token, 50)];
  const params = { policy: 'pays' };
  const saved = expectOk(
    await policies().save({ params, body: { document: upTo(100), note: 'more' }, ifMatch: ifMatch(1) }),
  );
  seen.push(await pay(token, 50));
  expectOk(await policies().rollback({ params, body: { version: 1 }, ifMatch: ifMatch(2) }));
  seen.push(await pay(token, 50));
  await create('reads', { version: '1', default: 'deny', tools: { read: {} } });
  expectOk(await policies().attach({ params: { grant: id }, body: { policy: 'reads' } }));
  seen.push(await pay(token, 50, 'read'));
  expect(seen).toEqual(['refused', 'passed', 'refused', 'passed']);
  expect(saved).toMatchObject({
    policy: { version: 2, note: 'more', origin: 'stored', author: { name: office.admin.email } },
    difference: [{ kind: 'changed', pointer: '/tools/pay/deny_if/args.amount-gt' }],
    widens: {
      verdict: 'yes',
      how: 'witness',
      example: { kind: 'tool', target: 'pay', before: { outcome: 'deny' }, after: { outcome: 'allow' } },
    },
  });
  const shown = await policies().show({ params });
  expect(shown).toMatchObject({ etag: '"3"', body: { version: 3, document: { default: 'deny' } } });
  const { items } = expectOk(await policies().versions({ params }));
  expect(items.map(({ version }) => version)).toEqual([3, 2, 1]);
  const lower = await policies().difference({ params, body: { before: 2, after: 3 } });
  expect(expectOk(lower).widens).toMatchObject({ verdict: 'no', how: 'proof' });
});

it('an agent of the official SDK lists and calls what the newest version lets through', async () => {
  await create('sdk', { version: '1', default: 'deny', hide: ['pay'], tools: { read: {} } });
  const { token } = await granted('sdk');
  const agent = await connectAgent('client 2.x, auto', office.test.endpoint('s'), token);
  const names = async () => (await agent.listTools()).tools.map(({ name }) => name);
  const call = async (name: string) =>
    (await agent.callTool({ name, arguments: { amount: 1 } })).isError === true;
  expect([await names(), await call('read')]).toEqual([['read'], false]);
  await policies().save({ params: { policy: 'sdk' }, body: { document: upTo(10) }, ifMatch: ifMatch(1) });
  // The client keeps the list for as long as it was told to; its calls are decided anew.
  expect([await call('read'), await call('pay')]).toEqual([true, false]);
  await agent.close();
});

it('of two saves of one version one is told to read it again', async () => {
  await create('raced', upTo(1));
  const save = (amount: number) =>
    policies().save({ params: { policy: 'raced' }, body: { document: upTo(amount) }, ifMatch: ifMatch(1) });
  const both = await Promise.all([save(2), save(3)]);
  expect(both.map(problemOf).sort()).toEqual(['none', 'precondition_failed']);
  expect((await policies().show({ params: { policy: 'raced' } })).ok).toBe(true);
});

it('a policy has no name that no address can hold, and is found and removed by any other', async () => {
  for (const name of ['.', '..']) {
    const refused = await policies().create({ body: { name, document: JSON.stringify(upTo(1)) } });
    expect(refused).toMatchObject({ ok: false, problem: { errors: [{ pointer: '/name' }] } });
  }
  for (const name of ['...', 'a/../b', '100% "ß"?#', 'فاتورة 🚀']) {
    await create(name, upTo(1));
    const params = { policy: name };
    expect(expectOk(await policies().show({ params })).name).toBe(name);
    expectOk(await policies().remove({ params, ifMatch: ifMatch(1) }));
  }
});

it('what widens, or may, waits for another person, never for its author or their key', async () => {
  await create('two', upTo(10), { server: 's' });
  const { token } = await granted('two');
  await require2('widening');
  try {
    const params = { policy: 'two' };
    const tighter = await policies().save({ params, body: { document: upTo(5) }, ifMatch: ifMatch(1) });
    expect([tighter.status, expectOk(tighter).policy?.version]).toEqual([200, 2]);
    const body = { document: upTo(100) };
    const wider = await policies().save({ params, body, ifMatch: ifMatch(2) });
    expect(wider.status).toBe(202);
    const late = expectOk(
      await policies().save({ params, body: { document: upTo(90) }, ifMatch: ifMatch(2) }),
    );
    const proposal = { proposal: expectOk(wider).proposal?.id ?? '' };
    const word = { params: proposal, body: { note: 'fine' } };
    const keyBody = { name: 'script', role: 'admin', expiresInDays: 1 } as const;
    const { key } = expectOk(await office.admin.client.apiKeys.create({ body: keyBody }));
    const own = [office.admin.client, office.visitor({ apiKey: key }).client];
    for (const client of own) expect(problemOf(await client.proposals.accept(word))).toBe('own_proposal');
    expect(await pay(token, 50)).toBe('refused');
    const shown = expectOk(await other.client.proposals.show({ params: proposal }));
    const widens = { verdict: 'yes' };
    expect(shown).toMatchObject({ state: 'waiting', server: 's', change: { widens } });
    expect(expectOk(await other.client.proposals.accept(word))).toMatchObject({
      state: 'accepted',
      version: { version: 3 },
    });
    expect(await pay(token, 50)).toBe('passed');
    expect(problemOf(await other.client.proposals.reject(word))).toBe('proposal_decided');
    const outdated = { params: { proposal: late.proposal?.id ?? '' }, body: {} };
    const overtaken = expectOk(await other.client.proposals.show({ params: outdated.params }));
    expect([shown.obstacle, overtaken.obstacle]).toEqual([undefined, 'proposal_outdated']);
    expect(problemOf(await other.client.proposals.accept(outdated))).toBe('proposal_outdated');
    expect(problemOf(await other.client.proposals.withdraw(outdated))).toBe('not_own_proposal');
    const withdrawn = expectOk(await office.admin.client.proposals.withdraw(outdated));
    expect(withdrawn).toMatchObject({ state: 'withdrawn', isOwn: true });
    const waiting = await other.client.proposals.list({ query: { state: 'waiting' } });
    expect(expectOk(waiting).items).toEqual([]);
    await require2('always');
    const anyway = await policies().save({ params, body: { document: upTo(1) }, ifMatch: ifMatch(3) });
    expect(anyway.status).toBe(202);
  } finally {
    await require2('never');
  }
});

it('a policy that lets a grant do more waits for a second person, and one that does not is attached at once', async () => {
  await create('narrow', upTo(10));
  await create('wide', upTo(100));
  const { id, name, token } = await granted('narrow');
  const attach = (policy: string) => policies().attach({ params: { grant: id }, body: { policy } });
  await require2('widening');
  try {
    const asked = await attach('wide');
    expect(asked.status).toBe(202);
    const { proposal } = expectOk(asked);
    expect(proposal).toMatchObject({
      policy: 'wide',
      widens: 'yes',
      attach: { grant: id, name, server: 's' },
    });
    expect(await pay(token, 50)).toBe('refused');
    const params = { proposal: proposal?.id ?? '' };
    const shown = expectOk(await policies2().show({ params }));
    expect([shown.replaces, shown.obstacle]).toEqual(['narrow', undefined]);
    expect(shown.change.widens).toMatchObject({ verdict: 'yes' });
    expect(problemOf(await office.admin.client.proposals.accept({ params, body: {} }))).toBe('own_proposal');
    expect(expectOk(await policies2().accept({ params, body: {} })).state).toBe('accepted');
    expect(await pay(token, 50)).toBe('passed');
    expect(problemOf(await policies2().accept({ params, body: {} }))).toBe('proposal_decided');
    expect((await attach('narrow')).status).toBe(200);
    expect(await pay(token, 50)).toBe('refused');

    // What the second person has read is not in force any more.
    const late = { proposal: expectOk(await attach('wide')).proposal?.id ?? '' };
    await require2('never');
    const wide = { params: { policy: 'wide' }, body: { document: upTo(1_000) }, ifMatch: ifMatch(1) };
    expectOk(await policies().save(wide));
    await require2('widening');
    const overtaken = { proposal: expectOk(await attach('wide')).proposal?.id ?? '' };
    await create('closed', { version: '1', default: 'deny' });
    const narrowed = { params: { policy: 'narrow' }, body: { document: upTo(5) }, ifMatch: ifMatch(1) };
    expectOk(await policies().save(narrowed));
    expect(problemOf(await policies2().accept({ params: overtaken, body: {} }))).toBe('proposal_outdated');
    expect(expectOk(await policies2().show({ params: overtaken })).obstacle).toBe('proposal_outdated');
    expectOk(await office.admin.client.proposals.withdraw({ params: overtaken, body: {} }));
    overtaken.proposal = expectOk(await attach('wide')).proposal?.id ?? '';
    expectOk(await attach('closed'));
    expect(problemOf(await policies2().accept({ params: overtaken, body: {} }))).toBe('proposal_outdated');
    expect(expectOk(await policies2().show({ params: overtaken })).obstacle).toBe('proposal_outdated');
    expectOk(await office.admin.client.proposals.withdraw({ params: overtaken, body: {} }));
    const obstacle = async () => expectOk(await policies2().show({ params: late })).obstacle;
    expect(await obstacle()).toBe('proposal_outdated');
    expect(problemOf(await policies2().accept({ params: late, body: {} }))).toBe('proposal_outdated');
    expect(await pay(token, 50)).toBe('refused');
    expectOk(await office.admin.client.grants.revoke({ params: { grant: id } }));
    expect(await obstacle()).toBe('grant_revoked');
  } finally {
    await require2('never');
  }
});

it('a policy is compared anew with one that was narrowed while both were compared', async () => {
  await create('loose', upTo(100));
  await create('between', upTo(50));
  const { id } = await granted('loose');
  const stored = office.gateway.store.policies as { find: Store['policies']['find'] };
  const whole = stored.find;
  let narrowed = 0;
  await require2('widening');
  try {
    stored.find = async (owner) => {
      const found = await whole.call(stored, owner);
      if (owner.name !== 'loose' || narrowed > 0) return found;
      narrowed += 1;
      const { organization } = owner;
      const save = { organization, name: 'loose', base: 1, text: JSON.stringify(upTo(5)), note: '' };
      await office.gateway.store.policies.save(save, GATEWAY);
      return found;
    };
    const attached = await policies().attach({ params: { grant: id }, body: { policy: 'between' } });
    expect([attached.status, narrowed]).toEqual([202, 1]);
  } finally {
    stored.find = whole;
    await require2('never');
  }
});

it('a policy in use is not removed, and what was removed is gone but for its versions', async () => {
  await create('used', upTo(1));
  const { id } = await granted('used');
  const gone = { params: { policy: 'used' }, ifMatch: ifMatch(1) };
  expect(problemOf(await policies().remove(gone))).toBe('policy_in_use');
  expectOk(await office.admin.client.grants.revoke({ params: { grant: id } }));
  expectOk(await policies().remove(gone));
  expect(problemOf(await policies().show({ params: gone.params }))).toBe('not_found');
  expectOk(await policies().version({ params: { policy: 'used', version: 1 } }));
});

it('a policy of the configuration file is shown, and changed there alone', async () => {
  const all: (string | undefined)[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = expectOk(
      await policies().list({ query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) } }),
    );
    all.push(...page.items.map(({ name, origin }) => `${name} ${origin}`));
    cursor = page.next;
  }
  expect(all).toContain('all file');
  expect([...all].sort()).toEqual(all);
  const params = { policy: 'all' };
  const { etag } = { etag: '', ...(await policies().show({ params })) };
  const answers = [
    await policies().save({ params, body: { document: upTo(1) }, ifMatch: etag ?? '' }),
    await policies().remove({ params, ifMatch: etag ?? '' }),
    await policies().create({ body: { name: 'all', document: upTo(1) } }),
  ];
  expect(answers.map(problemOf)).toEqual(['declared_by_file', 'declared_by_file', 'declared_by_file']);
});

it('a document is held against what the server offers, and refused with the place of what cannot be', async () => {
  await pay((await granted('all')).token, 1);
  const misspelt = { version: '1', default: 'deny', tools: { pya: {} } };
  const checked = expectOk(await policies().check({ body: { document: misspelt, server: 's' } }));
  expect(checked).toMatchObject({
    isSound: true,
    tools: 2,
    problems: [{ code: 'not_offered', pointer: '/tools/pya' }],
  });
  const text = '{"version":"1","default":"deny",\n"tolls":{}}';
  const broken = expectOk(await policies().check({ body: { document: text } }));
  expect(broken).toMatchObject({
    isSound: false,
    problems: [{ code: 'unknown_key', line: 2, pointer: '/tolls' }],
  });
  expect(await policies().create({ body: { name: 'broken', document: text } })).toMatchObject({
    problem: {
      errors: [{ pointer: '/document/tolls', message: expect.stringMatching(/^line 2, column 1: /) }],
    },
  });
  const odd = upTo(1, { require: [{ conditions: [{ path: 'args.amout', op: 'lt', value: 1 }] }] });
  const refused = await policies().create({ body: { name: 'odd', server: 's', document: odd } });
  expect(refused).toMatchObject({
    problem: { code: 'invalid_input', errors: [{ pointer: '/document/tools/pay/require/args.amout-lt' }] },
  });
});

it.each<[string, object, string]>([
  ['an unknown operator', { op: 'lteq', value: 5 }, '/op'],
  ['an operator that is an inherited name', { op: '__proto__', value: 5 }, '/op'],
  ['a misspelt operand', { op: 'eq', vlaue: 5 }, '/vlaue'],
  ['an operand of a wrong type', { op: 'in', value: 'usd' }, '/value'],
])('B-21 %s is refused at every save, with its place', async (_what, comparison, place) => {
  const odd = upTo(1, { require: [{ conditions: [{ path: 'args.amount', ...comparison }] }] });
  const name = crypto.randomUUID();
  const pointer = `/document/tools/pay/require/0/conditions/0${place}`;
  const refused = { status: 422, problem: { code: 'invalid_input' } };
  const created = await policies().create({ body: { name, document: odd } });
  expect(created).toMatchObject(refused);
  expect(JSON.stringify(created)).toContain(pointer);
  await create(name, upTo(1));
  const save = { params: { policy: name }, body: { document: odd }, ifMatch: ifMatch(1) };
  expect(await policies().save(save)).toMatchObject(refused);
});

it('F-32 a limit under another name is said to count anew, before it is saved', async () => {
  const limited = (counter: string) => upTo(1, { limits: [{ counter, window: 'day', max: 9 }] });
  await create('counted', limited('pays'));
  const check = (document: ReturnType<typeof upTo>, policy = 'counted') =>
    policies().check({ body: { document, policy } });
  expect(expectOk(await check(limited('payments'))).problems).toMatchObject([
    { code: 'counter_begins', severity: 'warning', pointer: '/tools/pay/limits/payments' },
  ]);
  expect(expectOk(await check(limited('pays'))).problems).toEqual([]);
  expect(problemOf(await check(limited('pays'), 'nowhere'))).toBe('invalid_input');
});

it('a simulation says what the gateway then decides, with the same traces, and counts nothing', async () => {
  const limits = [{ counter: 'pays', window: 'day', max: 1 }];
  await create('simulated', upTo(10, { limits }));
  const { id, token } = await granted('simulated');
  const calls = [50, 5, 5, 'x'].map((amount) => ({ tool: 'pay', args: { amount } }));
  const body = { policy: 'simulated', server: 's', grant: id, calls };
  const first = expectOk(await policies().simulate({ body }));
  const again = expectOk(await policies().simulate({ body }));
  expect(again).toEqual(first);
  for (const { args } of calls) await post(office.test.endpoint('s'), token, modernCall('pay', args));
  const rows = await office.gateway.store.decisions.query({ grant: id, limit: 9 });
  const made = rows.filter(({ row }) => row.method === 'tools/call').map(({ row }) => row);
  expect(made.map(({ outcome, rule, trace, usage }) => ({ outcome, rule, trace, usage }))).toEqual(
    first.items.map(({ outcome, rule, trace, usage }) => ({ outcome, rule, trace, usage })),
  );
  expect(first.items.map(({ outcome }) => outcome)).toEqual(['deny', 'allow', 'limit', 'deny']);
});

// The last one: the office does not know the gateway after this.
it('what was saved is in force after a restart; B-21: what is no policy any more lets nothing through', async () => {
  await create('kept', upTo(10));
  await create('forced', upTo(10));
  const { token } = await granted('kept');
  const { token: forced } = await granted('forced');
  expect(await pay(forced, 5)).toBe('passed');
  const file = join(office.test.data, 'data', 'boomgate.db');
  const database = openDatabase(file, { readOnly: false, busyTimeoutMs: 1_000 });
  database
    .prepare(`update policy_versions set text = replace(text, '"gt"', '"lteq"') where name = 'forced'`)
    .run();
  database.close();
  await office.test.restart();
  expect([await pay(token, 5), await pay(token, 50)]).toEqual(['passed', 'refused']);
  expect(await pay(forced, 5)).toBe('refused');
  expect(office.test.lines.map(({ message }) => message)).toContain('a stored policy is not in force');
});
