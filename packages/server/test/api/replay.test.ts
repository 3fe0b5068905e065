import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootOffice, expectOk, type Office, problemOf } from '../support/people.ts';
import { modernCall, post } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';
import { newDecision } from './samples.ts';

const inputSchema = { type: 'object', properties: { amount: { type: 'number' } } };
const ANYTHING = { version: '1', default: 'allow' };

let stub: Stub;
let office: Office;
let grant: { readonly id: string; readonly token: string };
beforeAll(async () => {
  stub = await startStub({ era: 'modern', tools: [{ name: 'pay', inputSchema }, { name: 'read' }] });
  office = await bootOffice({}, { mcpServers: { s: { url: stub.url } } });
  expectOk(await policies().create({ body: { name: 'anything', document: ANYTHING } }));
  grant = expectOk(await office.admin.client.grants.mint({ body: { name: 'agent', server: 's' } }));
  expectOk(await policies().attach({ params: { grant: grant.id }, body: { policy: 'anything' } }));
  for (let at = 0; at < 3; at += 1) await call('read', {});
  await call('pay', { amount: 50 });
  await call('pay', {});
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

const policies = () => office.admin.client.policies;
const call = (tool: string, args: object) =>
  post(office.test.endpoint('s'), grant.token, modernCall(tool, args));
const replay = async (document: object, more: object = {}) =>
  expectOk(await policies().replay({ body: { document: { ...document }, server: 's', ...more } }));

it('a viewer sees what a draft would have said of the calls that were made, and by which rule', async () => {
  const viewer = await office.somebody('viewer');
  const document = {
    version: '1',
    default: 'deny',
    tools: {
      read: { limits: [{ counter: 'reads', window: 'minute', max: 2 }] },
      pay: { deny_if: [{ conditions: [{ path: 'args.amount', op: 'gt', value: 10 }] }] },
    },
  };
  const report = expectOk(await viewer.client.policies.replay({ body: { document, server: 's' } }));
  expect(report).toMatchObject({
    calls: 5,
    isComplete: true,
    counts: { same: 3, newly_limited: 1, unknown: 1, newly_denied: 0 },
    leftOut: [],
    more: 0,
  });
  expect(report.lines.map(({ effect, rule, tool }) => [effect, tool, rule])).toEqual([
    ['newly_limited', 'read', '/tools/read/limits/reads'],
    ['unknown', 'pay', ''],
  ]);
  const example = report.lines[0]?.example ?? '';
  const shown = expectOk(await viewer.client.decisions.show({ params: { decision: example } }));
  expect(shown).toMatchObject({ target: 'read', outcome: 'allow' });
});

it('replays a policy in force or of a version, leaves out calls in flight, and touches no counter', async () => {
  const limits = [{ counter: 'now', concurrent: 1 }];
  const document = { version: '1', default: 'deny', tools: { read: { limits } } };
  const { policy } = expectOk(await policies().create({ body: { name: 'drafted', document } }));
  const body = { policy: 'drafted', server: 's' };
  const report = expectOk(await policies().replay({ body: { ...body, version: policy?.version ?? 0 } }));
  expect(report).toMatchObject({ counts: { same: 3, newly_denied: 2 }, leftOut: ['/tools/read/limits/now'] });
  expect(expectOk(await policies().replay({ body }))).toEqual(report);
  expect(stub.calls()).toHaveLength(5);
});

it('looks at one grant and one period, and at nothing of another organisation', async () => {
  const now = Date.now();
  await newDecision(office, { server: 's', organization: 'another', target: 'hidden', atMs: now });
  await newDecision(office, { server: 's', target: 'old', atMs: now - 30 * 86_400_000, grantName: 'else' });
  const nothing = { version: '1', default: 'deny' };
  expect(await replay(nothing)).toMatchObject({ calls: 5, counts: { newly_denied: 5 } });
  expect(await replay(nothing, { grant: 'else' })).toMatchObject({ calls: 0, lines: [] });
  const since = new Date(now - 60 * 86_400_000).toISOString();
  expect((await replay(nothing, { since, grant: 'else' })).lines).toMatchObject([{ tool: 'old', calls: 1 }]);
  expect(await replay(nothing, { since, until: since })).toMatchObject({ calls: 0, isComplete: true });
});

it('an approved call is one that asked, and what a grant may be asked for is newly asked', async () => {
  const ask = { version: '1', default: 'allow', tools: { pay: { action: 'require_approval' } } };
  expect(await replay(ask)).toMatchObject({ counts: { newly_asked: 2, same: 3 } });
  await newDecision(office, {
    server: 's',
    atMs: Date.now(),
    target: 'wire',
    outcome: 'approve',
    approval: 'a',
    grantName: 'w',
  });
  await newDecision(office, {
    server: 's',
    atMs: Date.now(),
    target: 'wire',
    outcome: 'allow',
    approval: 'a',
    grantName: 'w',
  });
  const { counts } = await replay(ANYTHING, { grant: 'w' });
  expect(counts).toMatchObject({ newly_allowed: 1, same: 0 });
  const { document } = expectOk(await policies().suggest({ body: { server: 's', grant: 'w' } }));
  expect(document).toMatchObject({ tools: { wire: { action: 'require_approval' } } });
  expect((await replay(document, { grant: 'w' })).counts).toMatchObject({ newly_allowed: 0, same: 1 });
});

it('suggests the smallest policy that would have allowed what was let through', async () => {
  const { document, ...rest } = expectOk(
    await policies().suggest({ body: { server: 's', grant: grant.id } }),
  );
  expect(document).toEqual({
    version: '1',
    default: 'deny',
    tools: {
      read: { limits: [{ counter: 'read_rate', window: 'minute', max: 5, scope: 'grant' }] },
      pay: { limits: [{ counter: 'pay_rate', window: 'minute', max: 2, scope: 'grant' }] },
    },
  });
  expect(rest).toMatchObject({ uses: 5, refused: 0, isComplete: true, leftOut: [] });
  expect(await replay(document, { grant: grant.id })).toMatchObject({ counts: { same: 5 } });
});

it('says what was expected of who asks for something else', async () => {
  const wrong = { document: { version: '1', tools: { pay: { deny_iff: [] } } }, server: 's' };
  const asked = [wrong, { policy: 'nothing', server: 's' }, { server: 's' }];
  const answers = await Promise.all(asked.map((body) => policies().replay({ body })));
  expect(answers.map(problemOf)).toEqual(['invalid_input', 'invalid_input', 'invalid_input']);
  expect(await replay(ANYTHING, { server: 'gone' })).toMatchObject({ calls: 0, isComplete: true });
});
