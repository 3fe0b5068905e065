import type { JsonObject } from '@boomgate/engine';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ACCEPTED,
  type Agent,
  type Answer,
  ASKABLE,
  behave,
  editConfig,
  expectAllowed,
  expectDeny,
  movedClock,
  type OpenCall,
  openCall,
  P0,
  QUESTION,
  useCases,
} from './support/index.ts';

/** Older than every revision with rounds: the gateway asks it during its call, and sends the call again (P §3.4). */
const older = { agent: 'legacy', server: 'modern' } as const;
const HOUR_MS = 3_600_000;

const search = { ...P0.tools, search: { rate_limit: '1000/hour' } };
const policy = { ...P0, tools: search, resources: { allow: ['*'] } };
const clock = movedClock(Date.parse('2026-03-02T10:00:00Z'));
const suite = useCases({
  policy,
  stub: { capabilities: { tools: {}, resources: {} } },
  policies: { once: { version: '1', default: 'deny', tools: { search: { rate_limit: '1/hour' } } } },
  grants: () => ({
    GA2: {},
    GL: { policy: 'once' },
    GR: {},
    GT: { expires: '2026-03-02T11:00:00Z' },
  }),
  gateway: { clock },
});
const grants = () => suite().gateway.gateway.store.grants;
const s1 = () => suite().s1(older);
const askable = (grant: string): Agent => suite().newAgent(older, { grant, capabilities: ASKABLE });

const Q_IS_X = { conditions: [{ path: 'args.q', op: 'eq', value: 'x' }] };
const PARAMS = { name: 'search', arguments: { q: 'x' } };

/** A call that its server answers with so many questions, one after another. */
async function calling(agent: Agent, questions = 1): Promise<OpenCall> {
  for (let count = 0; count < questions; count += 1) s1().nextCall(behave.result(QUESTION));
  return openCall(agent, 'tools/call', PARAMS);
}

/** The call that waits for its agent gets what it waits for. */
async function goOn(call: OpenCall): Promise<Answer> {
  await call.reply(await call.asked());
  return call.answer();
}

/** The method asks the first time, then answers; gives the parameters of what arrived. */
function askedOnce(method: string, result: object): readonly (JsonObject | undefined)[] {
  const arrived: (JsonObject | undefined)[] = [];
  s1().always(method, (received, response) => {
    arrived.push(received.message.params);
    return behave.result(arrived.length === 1 ? QUESTION : result)(received, response);
  });
  return arrived;
}

const setPolicy = (changed: object): Promise<void> =>
  editConfig(suite(), ({ policies }) => {
    policies['p0'] = changed;
  });

async function countedBy(act: () => Promise<unknown>): Promise<number> {
  const before = await suite().ledgers.counted();
  await act();
  return (await suite().ledgers.counted()) - before;
}

const rowsSince = async (cursor: number | undefined) =>
  (await suite().ledgers.rows(cursor)).filter(({ row }) => row.method !== 'initialize');

describe('D-20 a call that an older agent is asked during', () => {
  it('leads to the server again with the answers and its own state', async () => {
    await using call = await calling(askable('GA'));
    expectAllowed(await goOn(call));
    expect(s1().calls().at(-1)?.message.params).toMatchObject({
      ...PARAMS,
      inputResponses: ACCEPTED,
      requestState: 'of the server',
    });
  });

  it('has a row and an outcome for each sending, and is counted once', async () => {
    const { ledgers } = suite();
    const agent = askable('GA');
    const ordinary = await countedBy(() => agent.call('search', { q: 'x' }));
    const cursor = (await ledgers.newest())?.cursor;
    const calls = s1().calls().length;
    const counted = await countedBy(async () => {
      await using call = await calling(agent, 2);
      await call.reply(await call.asked(1));
      await call.reply(await call.asked(2));
      expectAllowed(await call.answer());
    });
    expect(counted).toBe(ordinary);
    const rows = await rowsSince(cursor);
    const first = rows[0]?.row.id;
    expect(
      rows.map(({ outcomeRow, row }) => [row.outcome, row.forwarded, row.message, outcomeRow?.status]),
    ).toEqual([
      ['allow', true, '', 'input_required'],
      ['allow', true, `goes on with ${first}`, 'input_required'],
      ['allow', true, `goes on with ${first}`, 'result'],
    ]);
    expect(s1().calls()).toHaveLength(calls + rows.length);
  });

  it('takes the limit of a call once, however often its agent is asked', async () => {
    const limited = askable('GL');
    await using call = await calling(limited, 2);
    await call.reply(await call.asked(1));
    await call.reply(await call.asked(2));
    expectAllowed(await call.answer());
    await expectDeny(suite(), () => limited.call('search', { q: 'x' }), { outcome: 'limit' });
  });

  it('is not forwarded again when its agent does not say what it was asked', async () => {
    await using call = await calling(askable('GA'));
    const question = await call.asked();
    const before = s1().calls().length;
    await call.reply(question, { error: { code: -1, message: 'no person is here' } });
    const { body } = await call.answer();
    expect(body.result?.isError).toBe(true);
    expect(body.result?.content?.[0]?.text).toMatch(/^\[INPUT MISSING\] .*no person is here/);
    expect(s1().calls()).toHaveLength(before);
  });
});

describe('D-20 a resource that an older agent is asked for', () => {
  it('is read again with the answers, with a row for each sending', async () => {
    const cursor = (await suite().ledgers.newest())?.cursor;
    const reads = askedOnce('resources/read', { contents: [] });
    await using read = await openCall(askable('GA'), 'resources/read', { uri: 'file:///a' });
    expect((await goOn(read)).body.result?.['contents']).toEqual([]);
    expect(reads.at(-1)).toMatchObject({ inputResponses: ACCEPTED, requestState: 'of the server' });
    const rows = await rowsSince(cursor);
    expect(rows.map(({ outcomeRow, row }) => [row.target, row.message, outcomeRow?.status])).toEqual([
      ['file:///a', '', 'input_required'],
      ['file:///a', `goes on with ${rows[0]?.row.id}`, 'result'],
    ]);
  });

  it('is not when the policy has it no more', async () => {
    const reads = askedOnce('resources/read', { contents: [] });
    await using read = await openCall(askable('GA'), 'resources/read', { uri: 'file:///a' });
    await read.asked();
    await setPolicy({ ...policy, resources: {} });
    expect((await goOn(read)).body.error).toMatchObject({ code: -32002, message: 'Resource not found' });
    expect(reads).toHaveLength(1);
    await setPolicy(policy);
  });
});

describe('D-19 between the question and the answer', () => {
  afterEach(() => setPolicy(policy));

  it.each<[string, object]>([
    ['denies the tool', { ...policy, tools: { ...search, search: { action: 'deny' } } }],
    ['asks for other arguments', { ...policy, tools: { ...search, search: { deny_if: [Q_IS_X] } } }],
    ['wants an approval', { ...policy, tools: { ...search, search: { action: 'require_approval' } } }],
  ])('a policy that %s refuses the second sending', async (what, changed) => {
    await using call = await calling(askable('GA'));
    await call.asked();
    await setPolicy(changed);
    const outcome = what === 'wants an approval' ? 'approve' : 'deny';
    await expectDeny(suite(), () => goOn(call), { outcome, rule: /search/ });
  });

  it('a policy that hides the tool makes it unknown', async () => {
    await using call = await calling(askable('GA'));
    await call.asked();
    const before = s1().calls().length;
    await setPolicy({ ...policy, hide: ['search'] });
    expect((await goOn(call)).body.error?.message).toBe('Unknown tool: search');
    expect(s1().calls()).toHaveLength(before);
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ['paused', 'GM', () => grants().setState('GM-modern', 'paused')],
    ['revoked', 'GM', () => grants().setState('GM-modern', 'revoked')],
    ['removed', 'GR', () => editConfig(suite(), (config) => void delete config.grants['GR-modern'])],
    ['expired', 'GT', async () => clock.pass(HOUR_MS)],
  ])('a grant that is %s refuses the second sending', async (_what, grant, end) => {
    await grants().setState('GM-modern', 'active');
    await using call = await calling(askable(grant));
    // Who presents the grant later is not let in: the answer is on its way when it ends.
    const sendRest = await call.beginReply(await call.asked());
    await end();
    await expectDeny(
      suite(),
      () => {
        sendRest();
        return call.answer();
      },
      { rule: '(grant)' },
    );
  });
});
