import { describe, expect, it } from 'vitest';
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
  openSseAgent,
  P0,
  PAIRINGS,
  QUESTION,
  TOOLS,
  useCases,
} from './support/index.ts';

const CLIENT_CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const OFFERS = { meta: { [CLIENT_CAPABILITIES]: ASKABLE } };
/** Longer than any state of a round is good for. */
const LONG_MS = 24 * 3_600_000;

const clock = movedClock(Date.parse('2026-03-02T10:00:00Z'));
const suite = useCases({
  policy: { ...P0, tools: { ...P0.tools, search: { rate_limit: '1000/hour' } } },
  tools: [...TOOLS],
  grants: () => ({ GA2: {}, GL: { policy: 'once' } }),
  policies: { once: { version: '1', default: 'deny', tools: { search: { rate_limit: '1/hour' } } } },
  gateway: { clock },
});

const modern = { agent: 'modern', server: 'modern' } as const;
const s1 = () => suite().s1(modern);

/** The first round of a call that its server answers with a question; gives the state. */
async function askedOf(agent: Agent): Promise<string> {
  s1().nextCall(behave.result(QUESTION));
  const asked = await agent.call('search', { q: 'x' }, OFFERS);
  expect(asked.body.result?.['resultType']).toBe('input_required');
  return String(asked.body.result?.['requestState']);
}

const goOn = (agent: Agent, state: string, args: object = { q: 'x' }): Promise<Answer> =>
  agent.request(
    'tools/call',
    { name: 'search', arguments: args, inputResponses: ACCEPTED, requestState: state },
    OFFERS,
  );

describe('D-20 the state of a call that goes on', () => {
  const agent = (): Agent => suite().agent(modern);

  it('leads to the server with the answers and its own state', async () => {
    expectAllowed(await goOn(agent(), await askedOf(agent())));
    expect(s1().calls().at(-1)?.message.params).toMatchObject({
      inputResponses: ACCEPTED,
      requestState: 'of the server',
    });
  });

  it.each<[string, (state: string) => Promise<Answer>]>([
    ['of another grant (P §7.21)', (state) => goOn(suite().agent(modern, 'GA2'), state)],
    ['with other arguments', (state) => goOn(agent(), state, { q: 'y' })],
    [
      'changed by one character',
      (state) => goOn(agent(), `${state.slice(0, -2)}${state.endsWith('AA') ? 'BA' : 'AA'}`),
    ],
    ['made up', () => goOn(agent(), 'x'.repeat(100))],
    ["as the server's own", () => goOn(agent(), 'of the server')],
    [
      'that has expired',
      (state) => {
        clock.pass(LONG_MS);
        return goOn(agent(), state);
      },
    ],
  ])('is refused %s, and nothing is forwarded', async (_what, send) => {
    const state = await askedOf(agent());
    const before = s1().calls().length;
    expect((await send(state)).body.error?.code).toBe(-32602);
    expect(s1().calls()).toHaveLength(before);
  });

  it('works once', async () => {
    const state = await askedOf(agent());
    expectAllowed(await goOn(agent(), state));
    const before = s1().calls().length;
    expect((await goOn(agent(), state)).body.error?.code).toBe(-32602);
    expect(s1().calls()).toHaveLength(before);
  });

  it('takes the limit of a call once, however many rounds it has', async () => {
    const limited = suite().agent(modern, 'GL');
    const state = await askedOf(limited);
    s1().nextCall(behave.result(QUESTION));
    const asked = await goOn(limited, state);
    expect(asked.body.result?.['resultType']).toBe('input_required');
    expectAllowed(await goOn(limited, String(asked.body.result?.['requestState'])));
    await expectDeny(suite(), () => limited.call('search', { q: 'x' }, OFFERS), { outcome: 'limit' });
  });
});

describe('D-19 a call that goes on', () => {
  it('is decided anew: a policy that changed meanwhile refuses it', async () => {
    const agent = suite().agent(modern);
    const state = await askedOf(agent);
    await editConfig(suite(), ({ policies }) => {
      policies['p0'] = { ...P0, tools: { ...P0.tools, search: { action: 'deny' } } };
    });
    await expectDeny(suite(), () => goOn(agent, state));
    await editConfig(suite(), ({ policies }) => {
      policies['p0'] = { ...P0, tools: { ...P0.tools, search: { rate_limit: '1000/hour' } } };
    });
  });
});

describe.each(PAIRINGS.filter(({ agent }) => agent === 'legacy'))(
  'D-05 an agent of 2024-11-05 over HTTP+SSE, $server server',
  (pairing) => {
    const overSse = async (name: string, args: object = {}): Promise<Answer> => {
      await using agent = await openSseAgent(suite(), pairing.server);
      return await agent.call(name, args);
    };

    it('is denied what every other is denied', async () => {
      await expectDeny(suite(), () => overSse('delete_repo'), { rule: '/tools/delete_repo/action' });
      await expectDeny(suite(), () => overSse('read_file', { path: '/etc/passwd' }));
    });

    it('is not told of what is hidden, and gets what it may have', async () => {
      expect((await overSse('secret_tool')).body.error?.message).toBe('Unknown tool: secret_tool');
      expectAllowed(await overSse('read_file', { path: '/data/a' }));
    });
  },
);
