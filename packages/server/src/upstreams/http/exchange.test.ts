import type { Dispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import { Budget } from '../../budget.ts';
import { AnswerRoom } from '../answer-room.ts';
import { INTERIM_ANSWERS_MAX, LONGEST_CALL_MS } from '../bounds.ts';
import type { Way } from '../egress.ts';
import { wholeBody } from './body-readers.ts';
import { exchange } from './exchange.ts';
import { Turns } from './turns.ts';

const HEAD_MS = 60_000;

/** Time that the test moves, and a way out on which the test plays the server. */
function room() {
  const timers = new Map<object, { atMs: number; action: () => void }>();
  let nowMs = 0;
  const clock = {
    now: () => nowMs,
    after: (ms: number, action: () => void) => {
      const key = {};
      timers.set(key, { atMs: nowMs + ms, action });
      return () => void timers.delete(key);
    },
  };
  const pass = (ms: number) => {
    nowMs += ms;
    for (const [key, { atMs, action }] of timers) if (atMs <= nowMs && timers.delete(key)) action();
  };
  const budget = new Budget({ ofAll: 1_000_000, ofEach: 1_000_000 });
  const turns = new Turns({ running: 1, ofGrant: 1, waiting: 1, waitMs: 1_000 }, clock);
  const handlers: Dispatcher.DispatchHandler[] = [];
  const aborted: Error[] = [];
  // A cast: of the controller only `abort` is used.
  const controller = { abort: (error: Error) => void aborted.push(error) } as Dispatcher.DispatchController;
  const egress: Way = {
    room: new AnswerRoom({ clock, budget, serverId: 's' }),
    turns,
    headMs: HEAD_MS,
    url: new URL('http://127.0.0.1/mcp'),
    dispatch: (_request, handler) => {
      handlers.push(handler);
      handler.onRequestStart?.(controller, undefined);
    },
  };
  const send = (signal?: AbortSignal) =>
    exchange(
      egress,
      { method: 'POST', headers: [], body: '{}' },
      signal === undefined ? { clock } : { clock, signal },
    );
  return { budget, pass, handlers, aborted, controller, send, timers };
}

describe('an answer that never ends', () => {
  it('is given up after the longest time that a call may take, however lively its stream is', async () => {
    const { pass, handlers, aborted, controller, send } = room();
    const reply = send();
    const [handler] = handlers;
    handler?.onResponseStart?.(controller, 200, { 'content-type': 'text/event-stream' }, 'OK');
    for (let minute = 0; minute < LONGEST_CALL_MS / 60_000; minute += 1) {
      expect(aborted).toEqual([]);
      handler?.onResponseData?.(controller, Buffer.from(': still here\n\n'));
      pass(60_000);
    }
    handler?.onResponseData?.(controller, Buffer.from(': and still\n\n'));
    expect(await reply).toMatchObject({ kind: 'failing', code: 'timed_out', acted: 'maybe' });
    expect(aborted).toHaveLength(1);
  });
});

describe('a server that sends interim answers and no head', () => {
  it('gets no more time than for a head, however many they are', async () => {
    const { pass, handlers, aborted, controller, send } = room();
    const reply = send();
    const [handler] = handlers;
    for (let second = 0; second < HEAD_MS / 1_000; second += 1) {
      handler?.onResponseStart?.(controller, 103, {}, 'Early Hints');
      expect(aborted).toEqual([]);
      pass(1_000);
    }
    handler?.onResponseStart?.(controller, 103, {}, 'Early Hints');
    expect(await reply).toMatchObject({ kind: 'failing', code: 'timed_out', acted: 'maybe' });
    expect(aborted).toHaveLength(1);
  });
});

it('keeps of many small chunks what they say, and not all that they came with', () => {
  const texts: string[] = [];
  const sink = {
    onText: (text: string) => texts.push(text),
    inTurn: (_: number, work: () => void) => work(),
    onProblem: (_: string, problem: string) => texts.push(problem),
  };
  const reader = wholeBody(sink);
  for (let times = 0; times < 3; times += 1) {
    const came = Buffer.alloc(1_024, 'a');
    for (let at = 0; at < came.length; at += 1) reader.data(came.subarray(at, at + 1));
    came.fill('b');
  }
  reader.data(Buffer.from('c'));
  reader.end();
  expect(texts).toEqual([`${'a'.repeat(3 * 1_024)}c`]);
});

describe('a server that sends more interim answers than any needs', () => {
  it('is heard no more, in whatever time', async () => {
    const { aborted, controller, handlers, send } = room();
    const reply = send();
    for (let nth = 0; nth <= INTERIM_ANSWERS_MAX; nth += 1) {
      expect(aborted).toEqual([]);
      handlers[0]?.onResponseStart?.(controller, 102, {}, 'Processing');
    }
    expect(await reply).toMatchObject({ kind: 'failing', code: 'bad_answer', acted: 'maybe' });
    expect(aborted).toHaveLength(1);
  });
});

describe('requests beyond what one server is sent at once', () => {
  it('wait for a turn, are late, or are refused, and then certainly did nothing', async () => {
    const { pass, handlers, controller, send, timers } = room();
    const first = send();
    const second = send();
    const third = send();
    expect(handlers).toHaveLength(1);
    expect(await third).toMatchObject({ code: 'unreachable', acted: 'no' });
    pass(1_000);
    expect(await second).toMatchObject({ code: 'timed_out', acted: 'no' });
    handlers[0]?.onResponseError?.(controller, new Error('reset'));
    expect(await first).toMatchObject({ code: 'broken', acted: 'maybe' });
    void send();
    expect(handlers).toHaveLength(2);
    expect(timers.size).toBe(0);
  });

  it('leave no trace when their agent goes away while they wait', async () => {
    const { handlers, controller, send, timers } = room();
    void send();
    const agent = new AbortController();
    const gone = send(agent.signal);
    agent.abort();
    expect(await gone).toMatchObject({ code: 'cancelled', acted: 'no' });
    expect(timers.size).toBe(0);
    handlers[0]?.onResponseError?.(controller, new Error('reset'));
    expect(handlers).toHaveLength(1);
  });
});

it('makes a text of a body when it is its turn: that takes time, and memory', () => {
  const turns: (() => void)[] = [];
  const said: string[] = [];
  const body = wholeBody({
    inTurn: (bytes, work) => {
      said.push(`waits with ${bytes} bytes`);
      turns.push(work);
    },
    onText: (text) => said.push(text),
    onProblem: (code) => said.push(code),
  });
  body.data(Buffer.from('\ufeff{"a":'));
  body.data(Buffer.from('1}'));
  body.end();
  expect(said).toEqual(['waits with 10 bytes']);
  turns[0]?.();
  expect(said[1]).toBe('{"a":1}');
});

describe('an answer for which there is no room', () => {
  it('is given up in words that blame neither server nor call, and leaves nothing behind', async () => {
    const { aborted, budget, controller, handlers, send } = room();
    const reply = send();
    const [handler] = handlers;
    handler?.onResponseStart?.(controller, 200, { 'content-type': 'application/json' }, 'OK');
    for (let part = 0; part < 2; part += 1) handler?.onResponseData?.(controller, Buffer.alloc(600_000));
    const failure = { kind: 'failing', code: 'too_large', acted: 'maybe' };
    expect(await reply).toMatchObject({ ...failure, message: expect.stringContaining('no room') });
    expect(aborted).toHaveLength(1);
    expect(budget.total).toBe(0);
  });

  it('is not missed for what a stream said before, nor for signs of life without end', async () => {
    const { budget, controller, handlers, send } = room();
    const reply = send();
    const [handler] = handlers;
    handler?.onResponseStart?.(controller, 200, { 'content-type': 'text/event-stream' }, 'OK');
    const parts = [': ping\n\n', ': ping\r\n\r\n', 'event: ping\ndata: {}\n\n', 'id: 1\ndata:\n\n'];
    for (const part of parts) {
      for (let times = 0; times < 20_000; times += 1)
        handler?.onResponseData?.(controller, Buffer.from(part));
      expect(budget.total).toBe(0);
    }
    const said = { jsonrpc: '2.0', method: 'notifications/message', params: { data: 'x'.repeat(300_000) } };
    const event = Buffer.from(`data: ${JSON.stringify(said)}\n\n`);
    for (let times = 0; times < 10; times += 1) {
      handler?.onResponseData?.(controller, event.subarray(0, 200_000));
      expect(budget.total).toBe(200_000);
      handler?.onResponseData?.(controller, event.subarray(200_000));
    }
    handler?.onResponseData?.(controller, Buffer.from('data: {"jsonrpc":"2.0","id":1,"result":{}}\n\n'));
    expect(await reply).toMatchObject({ kind: 'message' });
    expect(budget.total).toBe(0);
  });
});
