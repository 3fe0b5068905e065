import { canonicalJson } from '@boomgate/engine';
import { afterEach, describe, expect, it } from 'vitest';
import { type Approver, openSqliteStore } from '../../src/index.ts';
import { MAX_WAITING_APPROVALS } from '../../src/limits/index.ts';
import {
  ADA,
  type Agent,
  type Answer,
  BOB,
  decide,
  editConfig,
  expectAllowed,
  expectDeny,
  expectSame,
  movedClock,
  P0,
  PAIRINGS,
  pendingId,
  useCases,
} from './support/index.ts';

const TIMEOUT_MS = 600_000;
const EVERYTHING = { conditions: [] };
const clock = movedClock(Date.parse('2026-03-02T10:00:00Z'));
/** Who lost the role that let them approve. */
const demoted = new Set<string>();

const ONE_DAY = { counter: 'refunds', window: 'day', max: 10, scope: 'grant' };
const LARGE = { conditions: [{ path: 'args.amount', op: 'gt', value: 100 }] };
const policies = {
  two: {
    version: '1',
    default: 'deny',
    tools: { refund: { action: 'require_approval', approval: { required: 2 } } },
  },
  remembering: {
    version: '1',
    default: 'deny',
    tools: { refund: { action: 'require_approval', approval: { remember: '1h' } } },
  },
  capped: {
    version: '1',
    default: 'deny',
    tools: { refund: { require_approval_if: [LARGE], limits: [ONE_DAY] } },
  },
  'if-rule': { version: '1', default: 'deny', tools: { refund: { require_approval_if: [EVERYTHING] } } },
  pattern: { version: '1', default: 'deny', tools: { 'ref*': { action: 'require_approval' } } },
  'all-tools': { version: '1', default: 'allow', all_tools: { require_approval_if: [EVERYTHING] } },
  unclear: {
    version: '1',
    default: 'deny',
    tools: { refund: { require_approval_if: [{ conditions: [{ path: 'args.id', op: 'gt', value: 1 }] }] } },
  },
  'rule-list': {
    version: '1',
    default: 'deny',
    tools: { refund: { rules: [{ action: 'require_approval' }] } },
  },
} as const;
const GATES = ['if-rule', 'pattern', 'all-tools', 'unclear', 'rule-list'] as const;

const suite = useCases({
  policies,
  grants: (era) => ({
    GA2: {},
    GO: { owner: 'Olga@example.com' },
    GT: { policy: 'two' },
    GK: { policy: 'remembering' },
    'GC-modern': { policy: 'capped' },
    'GC-legacy': { policy: 'capped' },
    GF: {},
    GB2: {},
    GV: { mode: 'observe' },
    GS: { servers: { [`s1-${era}`]: 'p0' } },
    ...Object.fromEntries(GATES.map((policy) => [policy, { policy }])),
  }),
  gateway: { clock, mayDecide: ({ id }) => !demoted.has(id) },
});

let refunds = 0;
/** Arguments that no case has used before. */
function fresh(): { id: string; amount: number } {
  refunds += 1;
  return { id: `refund-${refunds}`, amount: 5 };
}

const refund = (agent: Agent, args: object): Promise<Answer> => agent.call('refund', args);

/** Asks for an approval; gives its id. */
async function asked(agent: Agent, args: object): Promise<string> {
  return pendingId(await refund(agent, args));
}

const stateOf = async (id: string): Promise<string | undefined> =>
  (await suite().gateway.gateway.store.approvals.get(id))?.state;

afterEach(() => demoted.clear());

describe.each(PAIRINGS)('G approvals, $agent agent, $server server', (pairing) => {
  const agent = (grant = 'GA'): Agent => suite().agent(pairing, grant);
  const sent = (): number => suite().s1(pairing).calls().length;

  it('G-01 changed arguments', async () => {
    const args = fresh();
    const id = await asked(agent(), args);
    await decide(suite(), id);
    const before = sent();
    for (const changed of [{ ...args, amount: 500 }, { ...args, more: null }, { id: args.id }])
      expect(await asked(agent(), changed)).not.toBe(id);
    expect(await asked(agent('GA2'), args)).not.toBe(id);
    expect(sent()).toBe(before);
    // The same arguments in another order are the same arguments.
    await expectSame(suite(), () => refund(agent(), { amount: 5, id: args.id }), args);
  });

  it('G-03 replay', async () => {
    const args = fresh();
    const id = await asked(agent(), args);
    await decide(suite(), id);
    const before = sent();
    const answers = await Promise.all(Array.from({ length: 100 }, () => refund(agent(), args)));
    expect(sent()).toBe(before + 1);
    expect(answers.filter((one) => one.body.result?.isError !== true)).toHaveLength(1);
    const ids = new Set(answers.filter((one) => one.body.result?.isError).map(pendingId));
    expect(ids.size).toBe(1);
    expect(ids).not.toContain(id);
    expect(await stateOf(id)).toBe('used');
  });

  it('G-06 self-approval', async () => {
    const args = fresh();
    const id = await asked(agent('GO'), args);
    const own: readonly Approver[] = [
      { id: 'm-1', email: 'olga@EXAMPLE.com', role: 'admin', via: 'api' },
      { id: 'key-of-olga', email: 'olga@example.com', role: 'approver', via: 'api' },
      { id: 'olga@example.com', role: 'admin', via: 'cli' },
    ];
    for (const by of own)
      expect(await decide(suite(), id, { by })).toMatchObject({ ok: false, code: 'own_call' });
    await expectDeny(suite(), () => refund(agent('GO'), args), { outcome: 'approve' });
    expect((await decide(suite(), id)).ok).toBe(true);
    await expectSame(suite(), () => refund(agent('GO'), args), args);
  });

  it('G-07 a role removed after approving', async () => {
    const args = fresh();
    const id = await asked(agent(), args);
    await decide(suite(), id, { by: BOB });
    demoted.add('bob');
    const before = sent();
    expect(await asked(agent(), args)).not.toBe(id);
    expect([sent(), await stateOf(id)]).toEqual([before, 'withdrawn']);
  });

  it('G-07 a role removed while the approval is remembered', async () => {
    const args = fresh();
    const id = await asked(agent('GK'), args);
    await decide(suite(), id, { by: BOB });
    for (let time = 0; time < 2; time += 1) await expectSame(suite(), () => refund(agent('GK'), args), args);
    demoted.add('bob');
    const before = sent();
    const next = await asked(agent('GK'), args);
    expect(next).not.toBe(id);
    expect([sent(), await stateOf(id), await stateOf(next)]).toEqual([before, 'withdrawn', 'waiting']);
  });

  it('G-09 expiry race', async () => {
    const args = fresh();
    const id = await asked(agent(), args);
    clock.pass(TIMEOUT_MS - 1);
    expect((await decide(suite(), id)).ok).toBe(true);
    clock.step(-TIMEOUT_MS);
    clock.pass(1);
    const before = sent();
    const next = await asked(agent(), args);
    expect(next).not.toBe(id);
    clock.step(TIMEOUT_MS);
    clock.pass(TIMEOUT_MS - 1);
    await decide(suite(), next);
    await expectSame(suite(), () => refund(agent(), args), args);
    expect([await stateOf(id), await stateOf(next), sent()]).toEqual(['expired', 'used', before + 1]);
  });

  it('G-13 approver sees what runs, and A-29 it is what is sent', async () => {
    const hidden = '\u202e\u200b\u001b[2J<img src=x onerror=alert(1)>\u0000';
    const args = { note: 'x'.repeat(200_000), other: hidden, zz_danger: { all: true } };
    const id = await asked(agent(), args);
    const shown = await suite().gateway.gateway.store.approvals.argumentsOf(id);
    expect(shown).toBe(canonicalJson(args));
    await decide(suite(), id);
    expectAllowed(await refund(agent(), args));
    const received = suite().s1(pairing).calls().at(-1)?.message.params?.['arguments'];
    expect(canonicalJson(received ?? null)).toBe(shown);
  });

  it.each(GATES)('G-16 a gate that gates: %s', async (grant) => {
    await expectDeny(suite(), () => refund(agent(grant), fresh()), { outcome: 'approve', rule: /approval$/ });
  });

  it('G-16 a gate that gates in a stack', async () => {
    const args = fresh();
    const stack = suite().stackAgent(pairing.agent, 'GS');
    const call = () => stack.call('s1-modern__refund', args);
    const before = suite().stubs['s1-modern'].calls().length;
    const id = pendingId(await call());
    expect(suite().stubs['s1-modern'].calls()).toHaveLength(before);
    await decide(suite(), id);
    expectAllowed(await call());
    expect(suite().stubs['s1-modern'].calls()).toHaveLength(before + 1);
    pendingId(await call());
  });

  it('a grant that only observes is not held, and the log says what would have been', async () => {
    const before = sent();
    expectAllowed(await refund(agent('GV'), fresh()));
    expect(sent()).toBe(before + 1);
    const newest = await suite().ledgers.newest();
    expect(newest?.row).toMatchObject({ outcome: 'approve', forwarded: true, mode: 'observe' });
  });

  it('two people are two people', async () => {
    const args = fresh();
    const id = await asked(agent('GT'), args);
    await decide(suite(), id, { by: ADA });
    await decide(suite(), id, { by: { ...ADA, id: 'key-of-ada' } });
    await expectDeny(suite(), () => refund(agent('GT'), args), { outcome: 'approve' });
    await decide(suite(), id, { by: BOB });
    await expectSame(suite(), () => refund(agent('GT'), args), args);
  });

  it('a refusal holds against the same call, and says why', async () => {
    const args = fresh();
    const id = await asked(agent(), args);
    await decide(suite(), id, { verdict: 'deny', note: 'not this one' });
    await expectDeny(suite(), () => refund(agent(), args), { rule: /approval$/ });
    expect((await refund(agent(), args)).text).toContain('not this one');
    clock.pass(TIMEOUT_MS);
    expect(await asked(agent(), args)).not.toBe(id);
  });

  it('F-33 approval holds take nothing from a limit before they are used', async () => {
    const capped = () => agent(`GC-${pairing.agent}`);
    const large = Array.from({ length: 15 }, () => ({ ...fresh(), amount: 500 }));
    const ids: string[] = [];
    for (const args of large) ids.push(await asked(capped(), args));
    for (const id of ids) await decide(suite(), id);
    await expectSame(suite(), () => refund(capped(), large[0] ?? {}));
    for (let count = 1; count < ONE_DAY.max; count += 1)
      await expectSame(suite(), () => refund(capped(), fresh()));
    await expectDeny(suite(), () => refund(capped(), large[1] ?? {}), { outcome: 'limit' });
    // Nobody is asked for what a limit refuses anyway; and what was approved stays approved.
    await expectDeny(suite(), () => refund(capped(), { ...fresh(), amount: 500 }), { outcome: 'limit' });
    expect(await stateOf(ids[1] ?? '')).toBe('approved');
  });
});

const MODERN = { agent: 'modern', server: 'modern' } as const;

describe('G-08 something else changed between the approval and the call', () => {
  const agent = (grant = 'GA'): Agent => suite().agent(MODERN, grant);
  const sent = (): number => suite().s1(MODERN).calls().length;
  const policyOf = (refundEntry: object) => ({ ...P0, tools: { ...P0.tools, refund: refundEntry } });
  const setPolicy = (policy: object): Promise<void> =>
    editConfig(suite(), (config) => void Object.assign(config.policies, { p0: policy }));
  afterEach(() => setPolicy(P0));

  it('the policy refuses', async () => {
    const args = fresh();
    await decide(suite(), await asked(agent(), args));
    await setPolicy(policyOf({ action: 'deny' }));
    await expectDeny(suite(), () => refund(agent(), args), { rule: /action$/ });
  });

  it('the policy has another version that asks too', async () => {
    const args = fresh();
    const id = await asked(agent(), args);
    await decide(suite(), id);
    await setPolicy(policyOf({ action: 'require_approval', reason: 'another version' }));
    const before = sent();
    expect(await asked(agent(), args)).not.toBe(id);
    expect([sent(), await stateOf(id)]).toEqual([before, 'withdrawn']);
  });

  it('the grant was closed', async () => {
    const args = fresh();
    const id = await asked(agent('GM'), args);
    await suite().gateway.gateway.store.grants.setState('GM-modern', 'paused');
    expect(await decide(suite(), id)).toMatchObject({ ok: false, code: 'ended' });
    expect((await refund(agent('GM'), args)).status).toBe(401);
    await suite().gateway.gateway.store.grants.setState('GM-modern', 'active');
  });

  it('the server is another one under the same name', async () => {
    const args = fresh();
    const id = await asked(agent(), args);
    await decide(suite(), id);
    const { url } = suite().stubs['s2-modern'];
    const before = suite().stubs['s2-modern'].calls().length;
    await editConfig(suite(), (config) => void Object.assign(config.mcpServers, { 's1-modern': { url } }));
    expect(await asked(agent(), args)).not.toBe(id);
    expect(suite().stubs['s2-modern'].calls()).toHaveLength(before);
    const back = suite().stubs['s1-modern'].url;
    await editConfig(
      suite(),
      (config) => void Object.assign(config.mcpServers, { 's1-modern': { url: back } }),
    );
  });
});

describe('G-14 a flood of calls to approve', () => {
  it('fills the places of its grant alone, and the same call takes one', async () => {
    const agent = suite().agent(MODERN, 'GF');
    const same = fresh();
    const answers = await Promise.all(Array.from({ length: 300 }, () => refund(agent, same)));
    expect(new Set(answers.map(pendingId)).size).toBe(1);
    const flood = await Promise.all(Array.from({ length: 300 }, () => refund(agent, fresh())));
    const texts = flood.map((one) => one.body.result?.content?.[0]?.text ?? '');
    expect(texts.filter((text) => text.startsWith('[APPROVAL PENDING]'))).toHaveLength(
      MAX_WAITING_APPROVALS - 1,
    );
    expect(texts.filter((text) => text.includes('already wait for approval'))).toHaveLength(
      300 - MAX_WAITING_APPROVALS + 1,
    );
    expect(await asked(suite().agent(MODERN, 'GA2'), fresh())).toMatch(/^apr_/);
  });
});

describe('G-14 an agent that takes back what it asked', () => {
  const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
  const asking = { meta: { [CAPABILITIES]: { elicitation: { url: {} } } } };
  const textOf = ({ body, text }: Answer): string => body.result?.content?.[0]?.text ?? text;

  it('has people asked no more often than one that lets its calls wait', async () => {
    const agent = suite().agent(MODERN, 'GB2');
    const call = (more: object = {}, args: object = fresh()) =>
      agent.request('tools/call', { name: 'refund', arguments: args, ...more }, asking);
    const askAndDecline = async (): Promise<string> => {
      const args = fresh();
      const requestState = (await call({}, args)).body.result?.['requestState'];
      if (requestState === undefined) return textOf(await call({}, args));
      return textOf(await call({ requestState, inputResponses: { approval: { action: 'decline' } } }, args));
    };
    for (let at = 0; at < MAX_WAITING_APPROVALS; at += 1)
      expect(await askAndDecline()).toContain('withdrawn');
    expect(await askAndDecline()).toContain('already wait for approval, or were taken back');
    clock.pass(TIMEOUT_MS);
    expect(await askAndDecline()).toContain('withdrawn');
  });
});

describe('G-15 and G-17 the address of an approval', () => {
  const at = (path: string, init: RequestInit = {}) => fetch(`${suite().gateway.gateway.url}${path}`, init);

  it('G-15 leads nowhere when it is guessed, in the same bytes as any other', async () => {
    const id = await asked(suite().agent(MODERN), fresh());
    const other = `apr_${'0'.repeat(32)}`;
    expect(await decide(suite(), other)).toMatchObject({ ok: false, code: 'not_found' });
    const bytes = async (path: string) => {
      const answer = await at(path);
      const headers = [...answer.headers].filter(([name]) => name !== 'date');
      return [answer.status, headers, await answer.text()];
    };
    const nowhere = await bytes('/no/such/page');
    expect(nowhere[0]).toBe(404);
    for (const path of [
      `/approvals/${other}`,
      '/approvals/',
      `/approvals/${id}/approve`,
      `/approvals/${id}0`,
    ])
      expect(await bytes(path)).toEqual(nowhere);
  });

  it('G-17 decides nothing, whoever opens it and however', async () => {
    const agent = suite().agent(MODERN);
    const id = await asked(agent, fresh());
    const headers = { authorization: `Bearer ${agent.token}`, 'sec-purpose': 'prefetch' };
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])
      for (const query of ['', '?verdict=approve', '?approve=1'])
        expect((await at(`/approvals/${id}${query}`, { method, headers })).status).toBeLessThan(500);
    expect(await stateOf(id)).toBe('waiting');
    const page = await at(`/approvals/${id}`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(`boomgate approvals approve ${id}`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

it('leaves no value of an argument in the database that can be read without the keys', async () => {
  const agent = suite().agent(MODERN);
  const args = { id: 'a value that nobody reads in a stolen file', amount: 1 };
  const id = await asked(agent, args);
  await using store = await openSqliteStore({
    directory: `${suite().gateway.data}/data`,
    clock,
    as: 'reader',
  });
  expect(await store.approvals.argumentsOf(id)).toContain('stolen file');
  const { readdir, readFile } = await import('node:fs/promises');
  const folder = `${suite().gateway.data}/data`;
  for (const file of await readdir(folder))
    expect(await readFile(`${folder}/${file}`, 'latin1'), file).not.toContain('stolen file');
});
