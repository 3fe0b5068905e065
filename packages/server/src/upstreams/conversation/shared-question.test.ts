import { expect, it } from 'vitest';
import { manualClock } from '../../../test/upstreams/manual-clock.ts';
import { AFTERMATH_MS, QUESTIONS_AT_ONCE } from '../bounds.ts';
import { normalise } from '../capabilities.ts';
import type { AgentReply } from '../contract.ts';
import { ownRequest } from '../own-request.ts';
import { Patience } from '../patience.ts';
import { Questions } from '../questions.ts';
import { UnderWay } from './under-way.ts';

const IDLE_MS = 1_000;
const QUESTION = { jsonrpc: '2.0', id: 'q', method: 'elicitation/create', params: { message: 'who?' } };
const TAKEN_BACK = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'q' } };
const CANCELLED: AgentReply = { kind: 'error', error: { code: -32603, message: 'cancelled' } };
const GONE: AgentReply = { kind: 'error', error: { code: -32603, message: 'gone' }, isUnheard: true };
const ACCEPTED: AgentReply = { kind: 'result', result: { action: 'accept' } };

/** Calls of agents that are asked, and what their server is told. */
function setUp() {
  const clock = manualClock();
  const underWay = new UnderWay(clock);
  const told: unknown[] = [];
  const asked: { readonly id: number; readonly reply: (reply: AgentReply) => void; isOver: boolean }[] = [];
  const begin = (id: number, agentSession: string | undefined) => {
    const stop = new AbortController();
    const ask = (_: unknown, over: AbortSignal) =>
      new Promise<AgentReply>((reply) => {
        const question = { id, reply, isOver: false };
        asked.push(question);
        AbortSignal.any([over, stop.signal]).addEventListener('abort', () => {
          question.isOver = true;
          reply(CANCELLED);
        });
      });
    const patience = new Patience({ clock, idleMs: IDLE_MS, longestMs: 100 * IDLE_MS });
    const tell = (text: string) => told.push(JSON.parse(text));
    const capabilities = normalise({ elicitation: {} });
    const questions = new Questions({ ask, capabilities, patience, tell });
    const call = { stop, questions, isLate: false };
    patience.begin(() => {
      call.isLate = true;
    });
    underWay.begin(id, {
      request: { ...ownRequest('tools/call'), ask, agentSession, signal: stop.signal },
      questions,
    });
    return call;
  };
  /** As the call is settled, with its answer or without. */
  const end = (id: number, how: 'end' | 'giveUp' = 'end') => {
    underWay.get(id)?.questions?.end();
    underWay[how](id);
  };
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const take = (message: typeof QUESTION | typeof TAKEN_BACK) => underWay.take(message);
  return { clock, underWay, told, asked, begin, end, settled, take };
}

it('a question of one of several calls is asked once, on the newest, while all are of one session', async () => {
  const { asked, begin, end, settled, take, told } = setUp();
  begin(1, 'a');
  begin(2, 'a');
  expect(take(QUESTION)).toBe(true);
  asked[0]?.reply(ACCEPTED);
  await settled();
  expect(asked.map(({ id }) => id)).toEqual([2]);
  expect(told).toEqual([{ jsonrpc: '2.0', id: 'q', result: { action: 'accept' } }]);
  begin(3, 'b');
  expect(take(QUESTION)).toBe(false);
  end(3);
  begin(4, undefined);
  expect(take(QUESTION)).toBe(false);
  end(4);
  expect(take(QUESTION)).toBe(true);
});

it('calls without a session are of nobody knows whom, although there are several', () => {
  const { begin, take } = setUp();
  begin(1, undefined);
  begin(2, undefined);
  expect(take(QUESTION)).toBe(false);
});

it('a call that was given up counts for all other sessions, for a minute', () => {
  const { begin, clock, end, take } = setUp();
  begin(1, 'a');
  end(1, 'giveUp');
  begin(2, 'b');
  expect(take(QUESTION)).toBe(false);
  end(2);
  begin(3, 'a');
  expect(take(QUESTION)).toBe(true);
  end(3);
  begin(4, 'b');
  expect(take(QUESTION)).toBe(false);
  clock.advance(AFTERMATH_MS);
  expect(take(QUESTION)).toBe(true);
});

it.each(['end', 'giveUp'] as const)(
  'a question stays with its agent after its call (%s), while another of the calls waits',
  async (how) => {
    const { asked, begin, end, settled, take, told } = setUp();
    begin(1, 'a');
    begin(2, 'a');
    take(QUESTION);
    end(2, how);
    await settled();
    expect(asked).toMatchObject([{ id: 2, isOver: false }]);
    asked[0]?.reply(ACCEPTED);
    await settled();
    expect(told).toEqual([{ jsonrpc: '2.0', id: 'q', result: { action: 'accept' } }]);
  },
);

it.each([
  ['is cancelled by its agent', ({ second }: Staged) => second.stop.abort()],
  ['does not reach its agent', ({ asked }: Staged) => asked[0]?.reply(GONE)],
])('a question whose call %s is asked on another of its agent, and of nobody else', async (_, leave) => {
  const staged = setUp();
  const { asked, begin, settled, take, told } = staged;
  begin(1, 'a');
  const second = begin(2, 'a');
  take(QUESTION);
  begin(3, 'b');
  leave({ ...staged, second });
  await settled();
  expect(asked.map(({ id }) => id)).toEqual([2, 1]);
  asked[1]?.reply(ACCEPTED);
  await settled();
  expect(told).toEqual([{ jsonrpc: '2.0', id: 'q', result: { action: 'accept' } }]);
});

type Staged = ReturnType<typeof setUp> & { readonly second: ReturnType<ReturnType<typeof setUp>['begin']> };

it.each([
  ['timed out', () => undefined],
  ['was cancelled', (stop: AbortController) => stop.abort()],
])('its server is told when no call is left, as the last %s', async (_, leave) => {
  const { asked, begin, end, settled, take, told } = setUp();
  begin(1, 'a');
  const { stop } = begin(2, 'a');
  take(QUESTION);
  end(1);
  leave(stop);
  end(2, 'giveUp');
  begin(3, 'a');
  await settled();
  expect(asked).toMatchObject([{ id: 2, isOver: true }]);
  expect(told).toMatchObject([{ id: 'q', error: { message: 'cancelled' } }]);
});

it('it is over for its agent when its server takes it back, also while it passes to another call', async () => {
  const { asked, begin, settled, take, told } = setUp();
  begin(1, 'a');
  const { stop } = begin(2, 'a');
  take(QUESTION);
  expect(take(TAKEN_BACK)).toBe(true);
  await settled();
  expect(asked).toMatchObject([{ id: 2, isOver: true }]);
  take(QUESTION);
  stop.abort();
  expect(take(TAKEN_BACK)).toBe(true);
  await settled();
  expect(asked.map(({ id }) => id)).toEqual([2, 2]);
  expect(told).toEqual([]);
});

it('silence is nobody’s fault while an agent is asked, whichever of its calls waits', async () => {
  const { asked, begin, clock, settled, take } = setUp();
  const calls = [begin(1, 'a'), begin(2, 'a')];
  take(QUESTION);
  clock.advance(2 * IDLE_MS);
  expect(calls.map(({ isLate }) => isLate)).toEqual([false, false]);
  asked[0]?.reply(ACCEPTED);
  await settled();
  clock.advance(IDLE_MS);
  expect(calls.map(({ isLate }) => isLate)).toEqual([true, true]);
});

it('more questions than one call may have open are asked on the one before, and then of nobody', () => {
  const { asked, begin, take } = setUp();
  begin(1, 'a');
  begin(2, 'a');
  const taken = Array.from({ length: 2 * QUESTIONS_AT_ONCE + 1 }, () => take(QUESTION));
  expect(taken.filter(Boolean)).toHaveLength(2 * QUESTIONS_AT_ONCE);
  expect(asked.filter(({ id }) => id === 1)).toHaveLength(QUESTIONS_AT_ONCE);
});
