import { describe, expect, it } from 'vitest';
import { manualClock } from '../../../test/upstreams/manual-clock.ts';
import { normalise } from '../capabilities.ts';
import type {
  AgentReply,
  Question,
  UpstreamEvent,
  UpstreamNotification,
  UpstreamRequest,
} from '../contract.ts';
import { writeLegacyRequest } from '../envelope.ts';
import { type Failing, failing } from '../failures.ts';
import { GATEWAY, ownRequest } from '../own-request.ts';
import { Conversation } from './conversation.ts';

function setUp() {
  const clock = manualClock();
  const sent: { id?: number; method?: string; params?: unknown; result?: unknown }[] = [];
  const events: UpstreamEvent[] = [];
  const fail: ((failure: Failing) => void)[] = [];
  const conversation = new Conversation({
    pipe: (line, _, onFailed) => {
      sent.push(JSON.parse(line));
      fail.push(onFailed);
    },
    write: writeLegacyRequest,
    capabilities: normalise({ elicitation: {}, roots: {} }),
    clock,
    events: { onEvent: (event) => events.push(event) },
  });
  const call = (more: Partial<UpstreamRequest> = {}) =>
    conversation.ask({ ...ownRequest('tools/call'), wantsProgress: true, ...more }, GATEWAY, 1_000);
  const receive = (message: object) => conversation.onText(JSON.stringify({ jsonrpc: '2.0', ...message }));
  return { clock, sent, events, fail, conversation, call, receive };
}

describe('Conversation', () => {
  it('gives each answer to the request that has its id, in any order', async () => {
    const { call, receive } = setUp();
    const [first, second] = [call(), call()];
    receive({ id: 2, result: { is: 'second' } });
    receive({ id: 1, result: { is: 'first' } });
    expect(await first).toMatchObject({ kind: 'result', result: { is: 'first' } });
    expect(await second).toMatchObject({ kind: 'result', result: { is: 'second' } });
  });

  it('drops answers that nobody waits for, and noise, which it counts', async () => {
    const { call, receive, conversation } = setUp();
    const answer = call();
    receive({ id: 99, result: {} });
    receive({ id: '1', result: { stolen: true } });
    for (const line of ['Server ready!', '', '\u001b[32mok', '[1,2]', '{"jsonrpc":"2.0"'])
      conversation.onText(line);
    receive({ id: 1, result: { right: true } });
    expect(await answer).toMatchObject({ result: { right: true } });
    expect(conversation.noise).toBe(4);
  });

  it('gives a request with a malformed answer a failure that may have acted', async () => {
    const { call, receive } = setUp();
    const answer = call();
    receive({ id: 1, result: {}, error: { code: 1, message: 'x' } });
    expect(await answer).toMatchObject({ kind: 'failing', code: 'bad_answer', acted: 'maybe' });
  });

  it('tells the server of a cancellation and does not wait', async () => {
    const { call, sent } = setUp();
    const abort = new AbortController();
    const answer = call({ signal: abort.signal });
    abort.abort();
    expect(await answer).toMatchObject({ code: 'cancelled', acted: 'maybe' });
    expect(sent.at(-1)).toMatchObject({ method: 'notifications/cancelled', params: { requestId: 1 } });
  });

  it('sends nothing for a request that was cancelled before', async () => {
    const { call, sent } = setUp();
    expect(await call({ signal: AbortSignal.abort() })).toMatchObject({ code: 'cancelled', acted: 'no' });
    expect(sent).toEqual([]);
  });

  it('passes progress to its own request without the token, which also gives it more time', async () => {
    const { call, receive, clock } = setUp();
    const seen: UpstreamNotification[] = [];
    const answer = call({ onNotification: (notification) => seen.push(notification) });
    clock.advance(900);
    receive({ method: 'notifications/progress', params: { progressToken: 1, progress: 1 } });
    receive({ method: 'notifications/progress', params: { progressToken: 2, progress: 5 } });
    receive({ method: 'notifications/message', params: { level: 'info', data: 'of whom?' } });
    clock.advance(900);
    receive({ id: 1, result: {} });
    receive({ method: 'notifications/progress', params: { progressToken: 1, progress: 2 } });
    expect(await answer).toMatchObject({ kind: 'result' });
    expect(seen).toEqual([{ method: 'notifications/progress', params: { progress: 1 } }]);
  });

  it('times out, cancels at the server and leaves no timer', async () => {
    const { call, clock, sent } = setUp();
    const answer = call();
    clock.advance(1_000);
    expect(await answer).toMatchObject({ code: 'timed_out', acted: 'maybe' });
    expect(sent.at(-1)).toMatchObject({ method: 'notifications/cancelled' });
    expect(clock.timers()).toBe(0);
  });

  it('answers the server and notes changed listings', () => {
    const { receive, sent, events } = setUp();
    receive({ id: 0, method: 'roots/list' });
    receive({ method: 'notifications/tools/list_changed' });
    expect(sent).toMatchObject([{ id: 0, result: { roots: [] } }]);
    expect(events).toEqual([{ kind: 'list_changed', list: 'tools' }]);
  });

  it('ends every open request when the process is gone', async () => {
    const { call, conversation } = setUp();
    const answers = [call(), call()];
    conversation.fail(failing('broken', 'x', { acted: 'maybe' }));
    expect(await Promise.all(answers)).toMatchObject([{ code: 'broken' }, { code: 'broken' }]);
    expect(conversation.open).toBe(0);
  });

  const asking = (reply: Promise<AgentReply>) => {
    const asked: Question[] = [];
    const ask = (question: Question) => {
      asked.push(question);
      return reply;
    };
    return { asked, ask };
  };
  const accepted: AgentReply = { kind: 'result', result: { action: 'accept' } };

  it('asks the agent of the only call, and waits for it as long as it takes', async () => {
    const { call, receive, sent, clock } = setUp();
    const reply = Promise.withResolvers<AgentReply>();
    const { asked, ask } = asking(reply.promise);
    const answer = call({ ask });
    receive({ id: 's1', method: 'elicitation/create', params: { message: 'sure?' } });
    expect(asked).toEqual([{ method: 'elicitation/create', params: { message: 'sure?' } }]);
    clock.advance(100_000);
    reply.resolve(accepted);
    await reply.promise;
    await Promise.resolve();
    expect(sent.at(-1)).toMatchObject({ id: 's1', result: { action: 'accept' } });
    clock.advance(999);
    receive({ id: 1, result: {} });
    expect(await answer).toMatchObject({ kind: 'result' });
    expect(clock.timers()).toBe(0);
  });

  it('bounds the whole call also while a question is open, and then tells the server nothing more', async () => {
    const { call, receive, sent, clock } = setUp();
    const reply = Promise.withResolvers<AgentReply>();
    const answer = call({ ask: () => reply.promise });
    receive({ id: 's1', method: 'roots/list' });
    clock.advance(3_600_000);
    expect(await answer).toMatchObject({ code: 'timed_out', acted: 'maybe' });
    reply.resolve(accepted);
    await reply.promise;
    expect(sent.at(-1)).toMatchObject({ method: 'notifications/cancelled' });
    expect(clock.timers()).toBe(0);
  });

  it('asks nobody when two calls could have caused the question, or for what was not declared', () => {
    const { call, receive, sent } = setUp();
    const { asked, ask } = asking(Promise.resolve(accepted));
    void call({ ask });
    receive({ id: 's0', method: 'sampling/createMessage' });
    expect(sent.at(-1)).toMatchObject({ id: 's0', error: { code: -32601 } });
    void call({ ask });
    receive({ id: 's1', method: 'elicitation/create' });
    expect(sent.at(-1)).toMatchObject({ id: 's1', result: { action: 'cancel' } });
    expect(asked).toEqual([]);
  });

  it('gives log messages to the only call, if it wants any and they are severe enough', async () => {
    const { call, receive } = setUp();
    const seen: unknown[] = [];
    const wants = { onNotification: ({ params }: UpstreamNotification) => seen.push(params['level']) };
    const log = (level: string) => receive({ method: 'notifications/message', params: { level, data: 1 } });
    void call({ ...wants, logLevel: 'warning' });
    for (const level of ['debug', 'notice', 'warning', 'emergency', 'nonsense']) log(level);
    void call(wants);
    log('error');
    expect(seen).toEqual(['warning', 'emergency']);
  });

  it('takes no other call for one that was given up and may still ask, until its late answer', () => {
    const { call, receive, sent } = setUp();
    const { asked, ask } = asking(Promise.resolve(accepted));
    const agent = new AbortController();
    void call({ signal: agent.signal });
    agent.abort();
    void call({ ask });
    receive({ id: 's1', method: 'elicitation/create' });
    expect(sent.at(-1)).toMatchObject({ id: 's1', result: { action: 'cancel' } });
    receive({ id: 1, result: {} });
    receive({ id: 's2', method: 'elicitation/create' });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['may have arrived', 'maybe', 0],
    ['did not arrive', 'no', 1],
  ] as const)('takes no other call for one whose sending failed: it %s', async (_, acted, times) => {
    const { call, fail, receive } = setUp();
    const { asked, ask } = asking(Promise.resolve(accepted));
    const lost = call();
    fail[0]?.(failing('timed_out', 'x', { acted }));
    expect(await lost).toMatchObject({ kind: 'failing', acted });
    void call({ ask });
    receive({ id: 's1', method: 'elicitation/create' });
    expect(asked).toHaveLength(times);
    receive({ id: 1, result: {} });
    receive({ id: 's2', method: 'elicitation/create' });
    expect(asked).toHaveLength(times + 1);
  });

  it('is told of a failed sending too late to matter when the answer has come', async () => {
    const { call, fail, receive } = setUp();
    const { asked, ask } = asking(Promise.resolve(accepted));
    const answer = call();
    receive({ id: 1, result: {} });
    await answer;
    fail[0]?.(failing('timed_out', 'x', { acted: 'maybe' }));
    void call({ ask });
    receive({ id: 's1', method: 'elicitation/create' });
    expect(asked).toHaveLength(1);
  });
});
