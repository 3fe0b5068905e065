import { APPROVAL_TIMEOUT_MAX_MS } from '@boomgate/engine';
import { expect, it } from 'vitest';
import {
  type Approval,
  type ApprovalAsk,
  type ApprovalState,
  type Approver,
  DECLINED,
} from '../../approvals/index.ts';
import { APPROVALS_KEPT_MS, ARGUMENTS_KEPT_MS, MAX_WAITING_APPROVALS } from '../../limits/index.ts';
import { type Asked, isOfApproval, type Store } from '../contract.ts';
import { decisionRow, describeResult, type Start, units, windowDemand } from './fixtures.ts';

const TIMEOUT_MS = 600_000;
const ADA: Approver = { id: 'ada', role: 'admin', via: 'cli' };
const ARGS = '{"amount":5}';

const TERMS = {
  timeoutMs: TIMEOUT_MS,
  approvers: ['admin', 'approver'],
  required: 1,
  self: false,
  remember: 'none',
} as const;

export function approvalAsk(change: Partial<ApprovalAsk> = {}): ApprovalAsk {
  return {
    binding: 'binding',
    call: 'call',
    organization: 'default',
    grantId: 'grant-1',
    grantName: 'laptop',
    server: 'files',
    tool: 't',
    policy: 'safe',
    policyVersion: 1,
    argsHash: 'hash',
    argKeys: ['amount'],
    rule: '/tools/t/approval',
    message: '',
    session: 'session-1',
    client: 'agent 1.0',
    terms: TERMS,
    ...change,
  };
}

const rowOf = (asked: Asked) =>
  decisionRow({
    outcome: 'approve',
    forwarded: false,
    ...(asked.kind === 'full' ? {} : { approval: asked.approval.id }),
  });

/** The grant that the approvals of these tests are for. */
async function makeGrant(store: Store): Promise<void> {
  const grant = { id: 'grant-1', organization: 'default', name: 'laptop', server: 'files' };
  const tokenHash = 'ab'.repeat(32);
  await store.grants.create({ ...grant, labels: {}, mode: 'enforce', origin: 'minted' }, tokenHash);
}

async function askFor(store: Store, change: Partial<ApprovalAsk> = {}, args = ARGS) {
  const asked = await store.journal.ask(approvalAsk(change), args, rowOf);
  if (asked.kind === 'full') throw new Error('as many calls wait as may');
  return asked;
}

const approve = (store: Store, id: string) => store.approvals.decide(id, { by: ADA, verdict: 'approve' });

function use(store: Store, id: string, ...demands: Parameters<Store['journal']['admit']>[0]) {
  const who = { id, session: 'session-1', mayDecide: () => true };
  return store.journal.admitApproved(who, demands, describeResult);
}

export function describeApprovals(start: Start): void {
  describeAsking(start);
  describeUsing(start);
  describeEnding(start);
  describeOutbox(start);
}

function describeAsking(start: Start): void {
  it('asks once for the same call, and writes a row for each request', async () => {
    const { store, reopen } = await start();
    const asked = await Promise.all([
      askFor(store),
      askFor(store),
      askFor(store, { binding: 'other', call: 'o' }),
    ]);
    expect(asked.map(({ kind }) => kind)).toEqual(['asked', 'joined', 'asked']);
    expect(new Set(asked.map(({ approval }) => approval.id)).size).toBe(2);
    const rows = await store.decisions.query({ limit: 10 });
    expect(rows.map(({ row }) => row.approval)).toEqual(asked.map(({ approval }) => approval.id));
    const again = await reopen();
    expect((await askFor(again)).kind).toBe('joined');
    expect(await again.approvals.get(asked[0].approval.id)).toEqual(asked[0].approval);
    expect((await again.decisions.verify()).findings).toEqual([]);
  });

  it('lets only so many calls of a grant wait', async () => {
    const { store } = await start();
    const ask = (at: number) =>
      store.journal.ask(approvalAsk({ binding: `${at}`, call: `${at}` }), ARGS, rowOf);
    for (let at = 0; at < MAX_WAITING_APPROVALS; at += 1) expect((await ask(at)).kind).toBe('asked');
    expect((await ask(MAX_WAITING_APPROVALS)).kind).toBe('full');
    expect((await ask(0)).kind).toBe('joined');
    expect((await askFor(store, { grantId: 'other' })).kind).toBe('asked');
    expect(await store.approvals.list({ limit: 100 })).toHaveLength(MAX_WAITING_APPROVALS + 1);
  });

  it('counts what an agent took back among them until its time is over, and nothing else that was withdrawn', async () => {
    const { clock, store } = await start();
    const withdrawn = async (at: number, because: string) => {
      const { approval } = await askFor(store, { binding: `${at}`, call: `${at}` });
      await store.approvals.withdraw(approval.id, because);
    };
    const ask = () => store.journal.ask(approvalAsk({ binding: 'one', call: 'one' }), ARGS, rowOf);
    await withdrawn(0, 'the rules for this call have changed');
    for (let at = 1; at <= MAX_WAITING_APPROVALS; at += 1) await withdrawn(at, DECLINED);
    expect((await ask()).kind).toBe('full');
    clock.pass(TIMEOUT_MS);
    expect((await ask()).kind).toBe('asked');
  });

  it('knows how many wait, of all grants and organisations, as part of its load', async () => {
    const { clock, store } = await start();
    await makeGrant(store);
    const { approval } = await askFor(store);
    await askFor(store, { binding: 'two', call: 'two', grantId: 'other', organization: 'other' });
    const load = { journal: 0, grants: 1, countsLimits: true };
    expect(await store.load()).toEqual({ ...load, approvals: { count: 2, longestMs: 0 } });
    clock.pass(1_000);
    await askFor(store, { binding: 'three', call: 'three' });
    await approve(store, approval.id);
    // One of those that were there has been decided, the other has waited for that long.
    expect((await store.load()).approvals).toEqual({ count: 2, longestMs: 1_000 });
    clock.pass(TIMEOUT_MS);
    expect((await store.load()).approvals).toEqual({ count: 0, longestMs: 0 });
  });

  it('withdraws what waits for the same call under other rules', async () => {
    const { store } = await start();
    const { approval } = await askFor(store);
    await askFor(store, { binding: 'under version 2' });
    expect(await store.approvals.get(approval.id)).toMatchObject({ state: 'withdrawn' });
  });

  it('keeps the arguments for approvers alone', async () => {
    const { store } = await start();
    const secret = '{"text":"a sentence that nobody else reads"}';
    const { approval } = await askFor(store, {}, secret);
    expect(await store.approvals.argumentsOf(approval.id)).toBe(secret);
    expect(await store.approvals.argumentsOf('apr_none')).toBeUndefined();
    const all = JSON.stringify([
      await store.decisions.query({ limit: 10 }),
      await store.approvals.get(approval.id),
    ]);
    expect(all).not.toContain('nobody else');
  });

  it('lists those of one organisation, a page after the other, also when all were asked in one moment', async () => {
    const { store } = await start();
    const ask = async (at: number) =>
      (await askFor(store, { binding: `${at}`, call: `${at}`, organization: at === 1 ? 'other' : 'default' }))
        .approval.id;
    const asked = [await ask(0), await ask(1), await ask(2), await ask(3)];
    const listed: string[] = [];
    for (let after: Approval | undefined, isMore = true; isMore; ) {
      const page = { organization: 'default', limit: 1, ...(after === undefined ? {} : { after }) };
      [after] = await store.approvals.list(page);
      isMore = after !== undefined;
      if (after !== undefined) listed.push(after.id);
    }
    expect([...listed].sort()).toEqual(asked.filter((_, at) => at !== 1).sort());
  });

  it('finds them by what stands in them, and by who decided and noted what', async () => {
    const { store } = await start();
    const ask = async (tool: string) =>
      (await askFor(store, { binding: tool, call: tool, tool, message: `really ${tool}?` })).approval.id;
    const [pay, send] = [await ask('pay'), await ask('send')];
    const by = { id: 'p1', email: 'ann@acme.example', role: 'approver', via: 'api' } as const;
    await store.approvals.decide(send, { by, verdict: 'deny', note: 'not on Fridays' });
    const find = async (text: string) => (await store.approvals.list({ limit: 9, text })).map(({ id }) => id);
    expect(await find('REALLY PAY')).toEqual([pay]);
    expect([await find('ann@acme'), await find('fridays')]).toEqual([[send], [send]]);
    expect(await find('100%')).toEqual([]);
  });

  it('leaves nothing behind of an ask whose row does not fit the log', async () => {
    const { store } = await start();
    const misfit = decisionRow({ policyVersion: undefined as never }); // a cast: a row that the types forbid
    await expect(store.journal.ask(approvalAsk(), ARGS, () => misfit)).rejects.toThrow();
    expect(await store.approvals.list({ limit: 10 })).toEqual([]);
    expect((await askFor(store)).kind).toBe('asked');
  });
}

function describeUsing(start: Start): void {
  it('uses an approval once, however many want to, and only a decided one', async () => {
    const { store, reopen } = await start();
    await makeGrant(store);
    const { approval } = await askFor(store);
    expect(await use(store, approval.id)).toBeUndefined();
    expect(await approve(store, approval.id)).toMatchObject({ ok: true, approval: { state: 'approved' } });
    const demand = windowDemand();
    const admissions = await Promise.all(Array.from({ length: 20 }, () => use(store, approval.id, demand)));
    expect(admissions.filter((one) => one !== undefined)).toHaveLength(1);
    const [entry] = await store.decisions.query({ limit: 1 });
    // Who came too late has taken nothing.
    expect(entry?.row).toMatchObject({ forwarded: true, usage: [{ after: 1 }] });
    const again = await reopen();
    expect(await use(again, approval.id)).toBeUndefined();
    expect((await askFor(again)).kind).toBe('asked');
  });

  it('leaves an approval as it is when a limit refuses the call', async () => {
    const { store } = await start();
    await makeGrant(store);
    const { approval } = await askFor(store);
    await approve(store, approval.id);
    const refused = await use(store, approval.id, windowDemand({ max: units(0) }));
    expect(refused?.result.ok).toBe(false);
    expect((await store.approvals.get(approval.id))?.state).toBe('approved');
    expect((await use(store, approval.id))?.result.ok).toBe(true);
  });

  it('remembers a used one for its session, and says the same in another', async () => {
    const { store } = await start();
    await makeGrant(store);
    const { approval } = await askFor(store, { terms: { ...TERMS, remember: 'session' } });
    await approve(store, approval.id);
    await use(store, approval.id);
    expect((await store.approvals.find('binding', 'session-1'))?.id).toBe(approval.id);
    expect(await store.approvals.find('binding', 'session-2')).toBeUndefined();
    await askFor(store, { session: 'session-2' });
    expect((await store.approvals.find('binding', 'session-1'))?.id).toBe(approval.id);
    expect((await use(store, approval.id))?.result.ok).toBe(true);
  });

  it('leaves one approval to one of two who decide it at once', async () => {
    const { store } = await start();
    await makeGrant(store);
    const { approval } = await askFor(store);
    const words = (['approve', 'deny'] as const).map((verdict) =>
      store.approvals.decide(approval.id, { by: { ...ADA, id: verdict }, verdict }),
    );
    expect((await Promise.all(words)).map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(await store.approvals.decide('apr_none', { by: ADA, verdict: 'deny' })).toMatchObject({
      code: 'not_found',
    });
  });

  it('approves nothing for a grant that was revoked', async () => {
    const { store } = await start();
    await makeGrant(store);
    const { approval } = await askFor(store);
    await store.grants.setState('grant-1', 'revoked');
    expect(await approve(store, approval.id)).toMatchObject({ ok: false, code: 'ended' });
  });
}

function describeEnding(start: Start): void {
  it('expires by its own clock, at one moment, whatever the wall clock does', async () => {
    const { clock, store } = await start();
    await makeGrant(store);
    const { approval } = await askFor(store);
    clock.stepWall(TIMEOUT_MS * 10);
    clock.pass(TIMEOUT_MS - 1);
    expect(await approve(store, approval.id)).toMatchObject({ ok: true });
    clock.pass(1);
    clock.stepWall(-TIMEOUT_MS * 20);
    expect(await use(store, approval.id)).toBeUndefined();
    expect((await store.approvals.get(approval.id))?.state).toBe('expired');
    await store.approvals.sweep();
    expect((await store.approvals.list({ limit: 1, states: ['expired'] }))[0]?.id).toBe(approval.id);
    expect((await askFor(store)).kind).toBe('asked');
  });

  it('holds a refusal against the same call until the time is over', async () => {
    const { clock, store } = await start();
    const { approval } = await askFor(store);
    await store.approvals.decide(approval.id, { by: ADA, verdict: 'deny', note: 'no' });
    clock.pass(TIMEOUT_MS - 1);
    expect((await store.approvals.find('binding', 's'))?.state).toBe('refused');
    clock.pass(1);
    expect(await store.approvals.find('binding', 's')).toBeUndefined();
  });

  it('lists them by the state that they have now, though nobody has written it yet', async () => {
    const { clock, store } = await start();
    const { approval: long } = await askFor(store);
    clock.pass(1);
    const terms = { ...TERMS, timeoutMs: 1_000 };
    const { approval: short } = await askFor(store, { binding: 'two', call: 'two', terms });
    clock.pass(1_000);
    const newest = async (state: ApprovalState) =>
      (await store.approvals.list({ limit: 1, states: [state] })).map(({ id }) => id);
    expect(await newest('waiting')).toEqual([long.id]);
    expect(await newest('expired')).toEqual([short.id]);
    await store.approvals.sweep();
    expect(await newest('waiting')).toEqual([long.id]);
    expect(await newest('expired')).toEqual([short.id]);
  });

  it('finds what waits as long as anything may', async () => {
    const { clock, store } = await start();
    const terms = { ...TERMS, timeoutMs: APPROVAL_TIMEOUT_MAX_MS };
    const { approval } = await askFor(store, { terms });
    const waiting = async () => [
      (await store.approvals.list({ limit: 9, states: ['waiting'] })).map(({ id }) => id),
      (await store.approvals.waiting()).count,
    ];
    clock.pass(APPROVAL_TIMEOUT_MAX_MS - 1);
    expect(await waiting()).toEqual([[approval.id], 1]);
    clock.pass(1);
    expect(await waiting()).toEqual([[], 0]);
  });

  it('forgets the arguments, and later the approval', async () => {
    const { clock, store } = await start();
    const { approval } = await askFor(store);
    await store.approvals.decide(approval.id, { by: ADA, verdict: 'deny' });
    const at = async (ms: number) => {
      clock.pass(ms);
      await store.approvals.sweep();
      return [
        await store.approvals.argumentsOf(approval.id),
        (await store.approvals.get(approval.id))?.state,
      ];
    };
    expect(await at(ARGUMENTS_KEPT_MS - 1)).toEqual([ARGS, 'refused']);
    expect(await at(1)).toEqual([undefined, 'refused']);
    expect(await at(APPROVALS_KEPT_MS - ARGUMENTS_KEPT_MS - 1)).toEqual([undefined, 'refused']);
    expect(await at(1)).toEqual([undefined, undefined]);
  });

  it('says whether anything has changed, to everyone who looks', async () => {
    const { store } = await start();
    const looks = [store.approvals.watch(), store.approvals.watch()];
    expect(looks.map((look) => look())).toEqual([false, false]);
    await askFor(store);
    expect(looks.map((look) => look())).toEqual([true, true]);
    expect(looks.map((look) => look())).toEqual([false, false]);
  });
}

function describeOutbox(start: Start): void {
  const toAll = () => [{ organization: 'o', webhook: 'w', url: 'https://a.example', body: '{}' }];

  it('tells what happened to an approval, each event once', async () => {
    const { clock, store, reopen } = await start();
    await makeGrant(store);
    const { approval } = await askFor(store);
    await askFor(store);
    await approve(store, approval.id);
    await approve(store, approval.id);
    await use(store, approval.id);
    await askFor(store, { binding: 'b2', call: 'c2' });
    clock.pass(TIMEOUT_MS);
    await store.approvals.sweep();
    const again = await reopen();
    const told: string[] = [];
    await again.outbox.address((event) => {
      if (isOfApproval(event)) told.push(`${event.kind} ${event.about.state}`);
      return [];
    });
    expect(told).toEqual(['asked waiting', 'decided approved', 'asked waiting', 'expired expired']);
    await again.outbox.address(() => {
      throw new Error('nothing is left');
    });
  });

  it('keeps a delivery until it is over, and tries it when its time has come', async () => {
    const { clock, store, reopen } = await start();
    await askFor(store);
    expect(store.outbox.hasWork()).toBe(true);
    await store.outbox.address(toAll);
    const [delivery] = await store.outbox.due(10, []);
    expect(delivery).toMatchObject({ ...toAll()[0], kind: 'asked', state: 'due', attempts: 0 });
    await store.outbox.settle(delivery?.id ?? '', {
      state: 'due',
      last: 'HTTP 500',
      nextAtMs: store.outbox.nowMs() + 5,
    });
    // What it wrote itself may be told to it once more.
    const looked = async () => {
      await store.outbox.address(toAll);
      return [await store.outbox.due(10, []), store.outbox.hasWork()];
    };
    await expect.poll(looked).toEqual([[], false]);
    clock.pass(5);
    const again = await reopen();
    expect(await again.outbox.due(10, [])).toMatchObject([
      { id: delivery?.id, attempts: 1, last: 'HTTP 500' },
    ]);
    await again.outbox.settle(delivery?.id ?? '', { state: 'delivered', last: 'HTTP 204' });
    expect(await again.outbox.due(10, [])).toEqual([]);
    expect(await again.outbox.list(10)).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });
}
