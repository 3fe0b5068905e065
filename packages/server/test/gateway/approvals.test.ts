import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, describe, expect, it } from 'vitest';
import { HOLD_MS, HOLD_MS_MAX } from '../../src/limits/index.ts';
import {
  type Agent,
  type Answer,
  behave,
  decide,
  decideBeside,
  editConfig,
  expectAllowed,
  movedClock,
  openSseAgent,
  openStream,
  P0,
  PAIRINGS,
  pendingId,
  QUESTION,
  STREAMS,
  useCases,
  waitingFor,
} from '../cases/support/index.ts';
import { until } from '../support/programs.ts';

const TIMEOUT_MS = 600_000;
/** What clients of the official kits wait for an answer by default. */
const CLIENT_PATIENCE_MS = 60_000;
const NOTICED_MS = 1_000;
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const TAKES_PAGES = { meta: { [CAPABILITIES]: { elicitation: { form: {}, url: {} } } } };
const MODERN = { agent: 'modern', server: 'modern' } as const;

const clock = movedClock(Date.parse('2026-03-02T10:00:00Z'));
const remembering = (remember: string) => ({
  version: '1',
  default: 'deny',
  tools: { refund: { action: 'require_approval', approval: { remember } } },
});
const suite = useCases({
  grants: () => ({ GS: { policy: 'session' }, GH: { policy: 'hour' }, GR: {} }),
  policies: { session: remembering('session'), hour: remembering('1h') },
  gateway: { clock },
  holdMs: HOLD_MS,
});

let refunds = 0;
function fresh(): { id: string; amount: number } {
  refunds += 1;
  return { id: `refund-${refunds}`, amount: 5 };
}

const approvals = () => suite().gateway.gateway.store.approvals;
const refund = (agent: Agent, args: object, options = {}): Promise<Answer> =>
  agent.call('refund', args, options);
const textOf = (answer: Answer): string => answer.body.result?.content?.[0]?.text ?? answer.text;

/** A call that is held, and its approval. */
async function held(
  agent: Agent,
  grant: string,
  { args = fresh(), options = {} }: { args?: object; options?: object } = {},
) {
  const answer = refund(agent, args, options);
  const { id } = await waitingFor(suite(), grant);
  return { answer, id, args };
}

describe.each(PAIRINGS)('a held call, $agent agent, $server server', (pairing) => {
  const grant = `GA-${pairing.server}`;
  const agent = (): Agent => suite().agent(pairing);
  const sent = (): number => suite().s1(pairing).calls().length;

  it('is answered by the server once it is approved, as if nothing had happened', async () => {
    const before = sent();
    const { answer, id } = await held(agent(), grant);
    expect(sent()).toBe(before);
    await decide(suite(), id);
    expectAllowed(await answer);
    expect(sent()).toBe(before + 1);
    const rows = (await suite().ledgers.rows()).slice(-2).map(({ row }) => row);
    expect(rows.map(({ approval, forwarded, outcome }) => [approval, outcome, forwarded])).toEqual([
      [id, 'approve', false],
      [id, 'allow', true],
    ]);
  });

  it('is refused when a person refuses it, and the agent is told why', async () => {
    const before = sent();
    const { answer, id } = await held(agent(), grant);
    await decide(suite(), id, { verdict: 'deny', note: 'too much' });
    expect(textOf(await answer)).toBe('[POLICY DENIED] a person refused this call: too much');
    expect(sent()).toBe(before);
  });

  it('P §7.12 is pending before the agent gives up, and goes through when it calls again', async () => {
    const { answer, id, args } = await held(agent(), grant);
    clock.pass(HOLD_MS - 1);
    clock.pass(1);
    expect(HOLD_MS).toBeLessThanOrEqual(HOLD_MS_MAX);
    expect(HOLD_MS_MAX).toBeLessThan(CLIENT_PATIENCE_MS);
    expect(pendingId(await answer)).toBe(id);
    await decide(suite(), id);
    expectAllowed(await refund(agent(), args));
  });

  it('is not sent for an agent that has gone, until it calls again', async () => {
    const gone = new AbortController();
    const before = sent();
    const { answer, id, args } = await held(agent(), grant, { options: { signal: gone.signal } });
    gone.abort();
    await expect(answer).rejects.toThrow();
    expectAllowed(await agent().call('search', { q: 'x' }));
    await decide(suite(), id);
    // Another call is held and let through meanwhile, so that the first had its chance.
    const other = await held(agent(), grant);
    await decide(suite(), other.id);
    expectAllowed(await other.answer);
    expect(sent()).toBe(before + 2);
    expect((await approvals().get(id))?.state).toBe('approved');
    expectAllowed(await refund(agent(), args));
    expect(sent()).toBe(before + 3);
  });
});

describe('a held call', () => {
  const agent = (grant = 'GA'): Agent => suite().agent(MODERN, grant);
  const sent = (): number => suite().s1(MODERN).calls().length;
  const setPolicy = (refundEntry: object): Promise<void> =>
    editConfig(suite(), (config) => {
      Object.assign(config.policies, { p0: { ...P0, tools: { ...P0.tools, refund: refundEntry } } });
    });
  afterEach(() => setPolicy(P0.tools.refund));

  it('Q-16 answers on its own stream, with progress ahead of the answer', async () => {
    const options = { meta: { progressToken: 'mine' } };
    suite()
      .s1(MODERN)
      .nextCall(behave.progress([{ progress: 1, total: 2 }]));
    const { answer, id } = await held(agent(), 'GA-modern', { options });
    for (let passed = 0; passed < HOLD_MS - 10_000; passed += 10_000) {
      clock.pass(10_000);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await decide(suite(), id);
    const done = await answer;
    expectAllowed(done);
    const progress = done.before.map(({ params }) => params);
    expect(progress.length).toBeGreaterThan(3);
    expect(progress.every((params) => params?.['progressToken'] === 'mine')).toBe(true);
    const steps = progress.map((params) => Number(params?.['progress']));
    expect(steps).toEqual([...new Set(steps)].sort((one, other) => one - other));
    expect(steps.at(-1)).toBe(1);
  });

  it('hears within a second of a decision by another process', async () => {
    const { answer, id } = await held(agent(), 'GA-modern');
    expect((await decideBeside(suite(), id, { clock })).ok).toBe(true);
    const decidedMs = performance.now();
    expectAllowed(await answer);
    expect(performance.now() - decidedMs).toBeLessThan(NOTICED_MS);
  });

  it('is one call for one approval, also when several are held for it', async () => {
    const args = fresh();
    const before = sent();
    const one = held(agent(), 'GA-modern', { args });
    const { id } = await one;
    const all = [(await one).answer, ...Array.from({ length: 9 }, () => refund(agent(), args))];
    const asks = async () => (await suite().ledgers.rows()).filter(({ row }) => row.approval === id).length;
    await until(async () => (await asks()) === 10);
    await decide(suite(), id);
    await until(() => sent() === before + 1);
    // The others ask anew, together.
    const next = await waitingFor(suite(), 'GA-modern');
    await decide(suite(), next.id, { verdict: 'deny' });
    const answers = await Promise.all(all);
    expect(answers.filter((answer) => answer.body.result?.isError !== true)).toHaveLength(1);
    expect(sent()).toBe(before + 1);
  });

  it('G-08 is judged again by the policy in force when it is approved', async () => {
    const refused = await held(agent(), 'GA-modern');
    const before = sent();
    await setPolicy({ action: 'deny', reason: 'not any more' });
    await decide(suite(), refused.id);
    expect(textOf(await refused.answer)).toBe('[POLICY DENIED] not any more');
    await setPolicy(P0.tools.refund);
    const free = await held(agent(), 'GA-modern');
    await setPolicy({});
    await decide(suite(), free.id);
    expectAllowed(await free.answer);
    expect(sent()).toBe(before + 1);
    expect((await approvals().get(free.id))?.state).toBe('approved');
  });

  it('G-08 is not sent when its grant ends', async () => {
    const { grants } = suite().gateway.gateway.store;
    const { answer, id } = await held(agent('GM'), 'GM-modern');
    const before = sent();
    await decide(suite(), id);
    await grants.setState('GM-modern', 'paused');
    expect(textOf(await answer)).toContain('no longer opens the server');
    expect(sent()).toBe(before);
    await grants.setState('GM-modern', 'active');
  });

  it('G-08 is not sent from where its grant is not used any more', async () => {
    const { grants } = suite().gateway.gateway.store;
    const { answer, id } = await held(agent('GM'), 'GM-modern');
    const before = sent();
    await grants.update('GM-modern', { networks: ['192.0.2.0/24'] });
    await decide(suite(), id);
    expect(textOf(await answer)).toContain('no longer opens the server');
    expect(sent()).toBe(before);
    await grants.update('GM-modern', { networks: null });
  });

  it('G-08 goes to where its server is when it is approved', async () => {
    const { answer, id } = await held(agent(), 'GA-modern');
    const before = sent();
    const name = 's1-modern';
    let kept: object = {};
    await editConfig(suite(), ({ mcpServers }) => {
      kept = mcpServers[name] ?? {};
      mcpServers[name] = { ...kept, url: 'http://127.0.0.1:9/' };
    });
    await decide(suite(), id);
    expect(textOf(await answer)).toContain('cannot be reached');
    expect(sent()).toBe(before);
    await editConfig(suite(), ({ mcpServers }) => Object.assign(mcpServers, { [name]: kept }));
  });

  it('ends when nobody decides in time', async () => {
    await setPolicy({ action: 'require_approval', approval: { timeout: '10s' } });
    const { answer, id } = await held(agent(), 'GA-modern');
    clock.pass(10_000);
    expect(textOf(await answer)).toContain('nobody approved the call in time');
    await until(async () => (await approvals().get(id))?.state === 'expired');
  });

  it('of an HTTP+SSE agent is answered on its one stream', async () => {
    await using sse = await openSseAgent(suite(), 'modern');
    const answer = sse.call('refund', fresh());
    const { id } = await waitingFor(suite(), 'GA-modern');
    await decide(suite(), id);
    expectAllowed(await answer);
  });

  it('goes on when its server asks something, without asking people again', async () => {
    const asking = { meta: { [CAPABILITIES]: { elicitation: { form: {} } } } };
    suite().s1(MODERN).nextCall(behave.result(QUESTION));
    const { answer, args, id } = await held(agent(), 'GA-modern', { options: asking });
    await decide(suite(), id);
    const asked = await answer;
    expect(asked.body.result?.['resultType']).toBe('input_required');
    const input = { inputResponses: { who: { action: 'accept', content: {} } } };
    const again = {
      name: 'refund',
      arguments: args,
      ...input,
      requestState: asked.body.result?.['requestState'],
    };
    expectAllowed(await agent().request('tools/call', again, asking));
    const newest = await suite().ledgers.newest();
    expect(newest?.row).toMatchObject({ approval: id, forwarded: true, outcome: 'allow' });
    // The state works once, and so does the approval.
    expect((await agent().request('tools/call', again, asking)).body.error?.code).toBe(-32602);
  });

  it.each([
    ['GH', 'for an hour', 3_599_999],
    ['GS', 'for its session', TIMEOUT_MS * 2],
  ])('%s is remembered %s', async (grant, _long, rememberedMs) => {
    const first = await held(agent(grant), `${grant}-modern`);
    await decide(suite(), first.id);
    expectAllowed(await first.answer);
    clock.pass(rememberedMs);
    const before = sent();
    expectAllowed(await refund(agent(grant), first.args));
    expect(sent()).toBe(before + 1);
    expect((await suite().ledgers.newest())?.row.approval).toBe(first.id);
    const other = await held(agent(grant), `${grant}-modern`);
    await decide(suite(), other.id, { verdict: 'deny' });
    await other.answer;
    if (grant === 'GS') return;
    clock.pass(1);
    const again = await held(agent(grant), `${grant}-modern`, { args: first.args });
    await decide(suite(), again.id, { verdict: 'deny' });
    expect(textOf(await again.answer)).toContain('a person refused');
  });
});

type Question = { readonly mode?: string; readonly url?: string };

describe('an agent that can send its person to a page', () => {
  const agent = (): Agent => suite().agent(MODERN);
  const sent = (): number => suite().s1(MODERN).calls().length;
  const back = (args: object, requestState: unknown, action = 'accept'): Promise<Answer> =>
    agent().request(
      'tools/call',
      { name: 'refund', arguments: args, inputResponses: { approval: { action } }, requestState },
      TAKES_PAGES,
    );

  /** Asks; gives the arguments, the address and the state. */
  async function sentToPage(args: object = fresh()) {
    const { body, text } = await refund(agent(), args, TAKES_PAGES);
    expect(body.result?.['resultType'], text).toBe('input_required');
    // The gateway writes this shape; a case that finds another fails on its members.
    const requests = body.result?.['inputRequests'] as { approval?: { params: Question } } | undefined;
    const { mode, url = 'http://nowhere/' } = requests?.approval?.params ?? {};
    expect(mode).toBe('url');
    const id = new URL(url).pathname.split('/').at(-1) ?? '';
    return { args, id, url, state: body.result?.['requestState'] };
  }

  it('does so at once, comes back, and is held there', async () => {
    const before = sent();
    const { args, id, state, url } = await sentToPage();
    expect((await fetch(url)).status).toBe(200);
    const answer = back(args, state);
    await decide(suite(), id);
    expectAllowed(await answer);
    const [call] = suite().s1(MODERN).calls().slice(-1);
    // The answer to the gateway's question is not for the server.
    expect(call?.message.params).not.toHaveProperty('inputResponses');
    expect(call?.message.params).not.toHaveProperty('requestState');
    expect(sent()).toBe(before + 1);
  });

  it('is sent there again when nobody has decided, with a state of its own', async () => {
    const { args, id, state } = await sentToPage();
    const waits = back(args, state);
    await until(
      async () => (await suite().ledgers.rows()).filter(({ row }) => row.approval === id).length === 2,
    );
    clock.pass(HOLD_MS);
    const again = await waits;
    expect(again.body.result?.['resultType'], again.text).toBe('input_required');
    expect((await back(args, state)).body.error?.code).toBe(-32602);
    await decide(suite(), id);
    expect((await back(fresh(), again.body.result?.['requestState'])).body.error?.code).toBe(-32602);
    expectAllowed(await back(args, again.body.result?.['requestState']));
  });

  it('withdraws what its person does not want', async () => {
    const before = sent();
    const { args, id, state } = await sentToPage();
    expect(textOf(await back(args, state, 'decline'))).toContain('withdrawn');
    expect((await approvals().get(id))?.state).toBe('withdrawn');
    expect(await decide(suite(), id)).toMatchObject({ ok: false, code: 'ended' });
    expect(sent()).toBe(before);
  });

  it('is the official client, as it comes', async () => {
    const capabilities = { elicitation: { form: {}, url: {} } };
    const client = new Client(
      { name: 'agent', version: '1' },
      { capabilities, versionNegotiation: { mode: 'auto' } },
    );
    const opened: string[] = [];
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      const { url } = params as { url: string }; // a cast: the gateway asks by URL only
      opened.push(url);
      await decide(suite(), url.split('/').at(-1) ?? '');
      return { action: 'accept' };
    });
    const endpoint = new URL(suite().gateway.endpoint('s1-modern'));
    const requestInit = { headers: { authorization: `Bearer ${suite().tokenOf('GR', 'modern')}` } };
    await client.connect(new StreamableHTTPClientTransport(endpoint, { requestInit }));
    const before = sent();
    const result = await client.callTool({ name: 'refund', arguments: fresh() });
    expect(result.content).toMatchObject([{ text: 'done' }]);
    expect([opened.length, sent()]).toEqual([1, before + 1]);
    await client.close();
  });
});

describe('a call that was approved, whose tool is another one when it goes on', () => {
  const own = useCases({ holdMs: HOLD_MS, stub: { announces: true } });

  it('waits until a person has accepted that, and then asks people anew', async () => {
    const asking = { meta: { [CAPABILITIES]: { elicitation: { form: {} } } } };
    const [agent, stub] = [own().agent(MODERN), own().s1(MODERN)];
    stub.nextCall(behave.result(QUESTION));
    const args = fresh();
    const answer = agent.call('refund', args, asking);
    await decide(own(), (await waitingFor(own(), 'GA-modern')).id);
    const requestState = (await answer).body.result?.['requestState'];
    const inputResponses = { who: { action: 'accept', content: {} } };
    const again = { name: 'refund', arguments: args, inputResponses, requestState };
    const goesOn = async () => textOf(await agent.request('tools/call', again, asking));
    const before = stub.calls().length;

    const description = 'Sends it elsewhere';
    const tool = { name: 'refund', inputSchema: { type: 'object' }, description };
    stub.always('tools/list', behave.result({ tools: [tool], ttlMs: 60_000, cacheScope: 'public' }));
    await using reader = await openStream(own(), STREAMS[0], { server: 'modern' });
    stub.announcer.announce('notifications/tools/list_changed');
    await until(() => reader.events.length > 0);
    const listed = async () => (await agent.request('tools/list', {}, asking)).text;
    await until(async () => !(await listed()).includes('refund'));
    expect(await goesOn()).toContain('is held since');

    const { tools } = own().gateway.gateway.store;
    const known = await tools.list({ organization: 'default', tool: 'refund' });
    for (const { state, ...one } of known.filter(({ isOffered }) => isOffered))
      if (state === 'held') await tools.accept(one, [one]);
    await until(async () => (await listed()).includes(description));
    expect(await goesOn()).toContain('[APPROVAL PENDING]');
    expect(stub.calls()).toHaveLength(before);
  });
});
