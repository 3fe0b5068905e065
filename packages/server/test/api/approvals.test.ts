import type { Role } from '@boomgate/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GATEWAY, mintToken } from '../../src/index.ts';
import { movedClock } from '../cases/support/time.ts';
import { bootOffice, expectOk, type Office, problemOf, type Somebody } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { modernCall, post, type RawAnswer } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';
import type { Visitor } from '../support/visitor.ts';

const TIMEOUT_MS = 600_000;
const HOLD_MS = 50_000;
/** A right-to-left override: what stands behind it is shown before. */
const HIDDEN = 'pay \u202eeb ot';

const clock = movedClock(Date.UTC(2026, 5, 15, 12));
let stub: Stub;
let office: Office;
beforeAll(async () => {
  stub = await startStub({ era: 'modern', tools: [{ name: 'pay' }] });
  office = await bootOffice(
    { clock },
    {
      mcpServers: { stub: { url: stub.url } },
      policies: { asking: { version: '1', default: 'deny', tools: { pay: { action: 'require_approval' } } } },
      holdMs: HOLD_MS,
    },
  );
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

let amounts = 0;
/** A call that is held, of a grant of this owner. */
async function held(owner?: Somebody, more: object = {}) {
  const { hash, token } = mintToken();
  const { grants } = office.gateway.store;
  const grant = {
    id: hash,
    name: hash.slice(0, 8),
    organization: 'default',
    server: 'stub',
    policy: 'asking',
  };
  const owned = owner === undefined ? {} : { owner: owner.email };
  await grants.create({ ...grant, ...owned, labels: {}, mode: 'enforce', origin: 'minted' }, hash);
  amounts += 1;
  const args = { amount: amounts, ...more };
  const call = () => post(office.test.endpoint('stub'), token, modernCall('pay', args));
  const answer = call();
  return { answer, call, args, id: await waiting(hash) };
}

async function waiting(grantId: string): Promise<string> {
  let id: string | undefined;
  await until(async () => {
    const { items } = expectOk(await office.admin.client.approvals.list({ query: { state: 'waiting' } }));
    id = items.find(({ grant }) => grant.id === grantId)?.id;
    return id !== undefined;
  });
  return id ?? '';
}

const approve = ({ client }: Pick<Somebody, 'client'>, id: string) =>
  client.approvals.approve({ params: { approval: id }, body: {} });
const wordsOf = ({ body }: RawAnswer): string => body.result?.content?.[0]?.text ?? '';

describe('a held call', () => {
  it('is shown with its arguments, approved by a second person, and forwarded once', async () => {
    const owner = await office.somebody('admin');
    const approver = await office.somebody('approver');
    const before = stub.calls().length;
    const { answer, args, call, id } = await held(owner, { note: HIDDEN });
    const shown = expectOk(await approver.client.approvals.show({ params: { approval: id } }));
    expect(shown).toMatchObject({
      ...{ state: 'waiting', server: 'stub', tool: 'pay', argKeys: ['amount', 'note'] },
      grant: { owner: owner.email },
      recent: [{ method: 'tools/call', target: 'pay', outcome: 'approve', forwarded: false, approval: id }],
    });
    expect(shown.arguments).toContain('pay \\u202eeb ot');
    expect(JSON.parse(shown.arguments ?? '')).toEqual(args);
    expect(stub.calls()).toHaveLength(before);
    const decided = expectOk(
      await approver.client.approvals.approve({ params: { approval: id }, body: { note: 'as agreed' } }),
    );
    const by = { id: approver.person, email: approver.email, role: 'approver', via: 'api' };
    expect(decided).toMatchObject({
      state: 'approved',
      votes: [{ by, verdict: 'approve', note: 'as agreed' }],
    });
    expect((await answer).body.result?.isError ?? false).toBe(false);
    expect(stub.calls()).toHaveLength(before + 1);
    expect(expectOk(await approver.client.approvals.show({ params: { approval: id } })).state).toBe('used');
    expect(problemOf(await approve(office.admin, id))).toBe('approval_used');
    // Used once: the same call asks anew.
    const again = call();
    await until(async () => stub.calls().length > before + 1 || (await open()).length > 0);
    expect(stub.calls()).toHaveLength(before + 1);
    const [next] = await open();
    expectOk(
      await office.admin.client.approvals.deny({
        params: { approval: next?.id ?? '' },
        body: { note: 'no' },
      }),
    );
    expect(wordsOf(await again)).toContain('a person refused this call: no');
  });

  it('is not approved by who owns its grant and has another e-mail since it was asked', async () => {
    const owner = await office.somebody('admin');
    const { answer, id } = await held(owner);
    await office.gateway.store.people.accounts.changeEmail(owner.person, `new-${owner.email}`, GATEWAY);
    expect(problemOf(await approve(owner, id))).toBe('own_call');
    expectOk(await office.admin.client.approvals.deny({ params: { approval: id }, body: {} }));
    await answer;
  });

  it('is not approved by who owns its grant, neither in a session nor by a key that they made', async () => {
    const owner = await office.somebody('admin');
    const { answer, id } = await held(owner);
    const body = { name: 'script', role: 'approver', expiresInDays: 1 } as const;
    const key = office.visitor({ apiKey: expectOk(await owner.client.apiKeys.create({ body })).key });
    expect([await approve(owner, id), await approve(key, id)].map(problemOf)).toEqual([
      'own_call',
      'own_call',
    ]);
    const barredOf = async ({ client }: Visitor) =>
      expectOk(await client.approvals.show({ params: { approval: id } })).barred?.code;
    expect([await barredOf(owner), await barredOf(office.admin)]).toEqual(['own_call', undefined]);
    expectOk(await key.client.approvals.deny({ params: { approval: id }, body: {} }));
    expect(wordsOf(await answer)).toContain('a person refused this call');
    expect(problemOf(await approve(office.admin, id))).toBe('approval_ended');
  });

  it.each<Role>(['viewer', 'policy_manager'])('is neither opened nor decided by a %s', async (role) => {
    const somebody = await office.somebody(role);
    const { answer, id } = await held();
    const params = { approval: id };
    const answers = [
      await somebody.client.approvals.show({ params }),
      await approve(somebody, id),
      await somebody.client.approvals.deny({ params, body: {} }),
    ];
    expect(answers.map(problemOf)).toEqual(['forbidden', 'forbidden', 'forbidden']);
    expectOk(await office.admin.client.approvals.deny({ params, body: {} }));
    await answer;
  });

  it('is not forwarded by the approval of who lost the role before it was used', async () => {
    const approver = await office.somebody('approver');
    const { answer, id } = await held();
    const before = stub.calls().length;
    // Held calls are looked at a little later: both happen within one turn.
    const by = { id: approver.person, email: approver.email, role: 'approver', via: 'api' } as const;
    const { approvals, people } = office.gateway.store;
    const decided = approvals.decide(id, { by, verdict: 'approve' });
    await Promise.all([
      decided,
      people.members.setRole({ organization: 'default', id: approver.member }, 'viewer'),
    ]);
    await until(async () => (await approvals.get(id))?.state === 'withdrawn');
    expect(stub.calls()).toHaveLength(before);
    // Its call asks anew, as soon as it has heard of that.
    await until(async () => (await open()).length > 0);
    const [next] = await open();
    expect(next?.id).not.toBe(id);
    expectOk(await approve(office.admin, next?.id ?? ''));
    await answer;
    expect(stub.calls()).toHaveLength(before + 1);
  });

  it('cannot be decided once its time is over, and is then found as expired', async () => {
    const { answer, id } = await held();
    clock.pass(TIMEOUT_MS);
    expect(problemOf(await approve(office.admin, id))).toBe('approval_expired');
    const query = { state: 'expired', limit: 1 } as const;
    expect(expectOk(await office.admin.client.approvals.list({ query })).items[0]?.id).toBe(id);
    await answer;
  });
});

async function open() {
  return expectOk(await office.admin.client.approvals.list({ query: { state: 'waiting' } })).items;
}

it('an approval of another organisation is not there, with the same words as one that never was', async () => {
  const stranger = await office.somebody('admin', await office.elsewhere());
  const { answer, id } = await held();
  const of = (approval: string) => stranger.send(`/api/v1/approvals/${approval}`);
  const [foreign, unknown] = [await of(id), await of(`apr_${'0'.repeat(32)}`)];
  expect([foreign.status, foreign.text]).toEqual([404, unknown.text]);
  expect(problemOf(await approve(stranger, id))).toBe('not_found');
  expect(expectOk(await stranger.client.approvals.list()).items).toEqual([]);
  expectOk(await office.admin.client.approvals.deny({ params: { approval: id }, body: {} }));
  await answer;
});

it('lists page by page, newest first', async () => {
  const first = expectOk(await office.admin.client.approvals.list({ query: { limit: 2 } }));
  const rest = expectOk(
    await office.admin.client.approvals.list({ query: { limit: 200, cursor: first.next ?? '' } }),
  );
  const all = expectOk(await office.admin.client.approvals.list({ query: { limit: 200 } }));
  expect([...first.items, ...rest.items]).toEqual(all.items);
  const moments = all.items.map(({ askedAt }) => askedAt);
  expect(moments).toEqual([...moments].sort().reverse());
});
