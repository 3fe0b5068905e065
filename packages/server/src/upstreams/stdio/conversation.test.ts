import { describe, expect, it } from 'vitest';
import { manualClock } from '../../../test/upstreams/manual-clock.ts';
import type { UpstreamNotification, UpstreamRequest } from '../contract.ts';
import { writeLegacyRequest } from '../envelope.ts';
import { failing } from '../failures.ts';
import { openConversation } from './conversation.ts';

function setUp() {
  const clock = manualClock();
  const sent: { id?: number; method?: string; params?: unknown; result?: unknown }[] = [];
  const changed: string[] = [];
  const conversation = openConversation({
    send: (line) => {
      sent.push(JSON.parse(line));
      return true;
    },
    clock,
    events: { onListChanged: (kind) => changed.push(kind) },
  });
  const call = (more: Partial<UpstreamRequest> = {}) => {
    const request = {
      method: 'tools/call',
      params: {},
      signal: new AbortController().signal,
      wantsProgress: true,
      ...more,
    };
    return conversation.ask(request, writeLegacyRequest, 1_000);
  };
  const receive = (message: object) => conversation.onLine(JSON.stringify({ jsonrpc: '2.0', ...message }));
  return { clock, sent, changed, conversation, call, receive };
}

describe('openConversation', () => {
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
      conversation.onLine(line);
    receive({ id: 1, result: { right: true } });
    expect(await answer).toMatchObject({ result: { right: true } });
    expect(conversation.noise()).toBe(4);
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
    const { receive, sent, changed } = setUp();
    receive({ id: 0, method: 'roots/list' });
    receive({ method: 'notifications/tools/list_changed' });
    expect(sent).toMatchObject([{ id: 0, result: { roots: [] } }]);
    expect(changed).toEqual(['tools']);
  });

  it('ends every open request when the process is gone', async () => {
    const { call, conversation } = setUp();
    const answers = [call(), call()];
    conversation.fail(failing('broken', 'x', { acted: 'maybe' }));
    expect(await Promise.all(answers)).toMatchObject([{ code: 'broken' }, { code: 'broken' }]);
    expect(conversation.open()).toBe(0);
  });
});
