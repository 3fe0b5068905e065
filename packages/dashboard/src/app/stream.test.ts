import { expect, it } from 'vitest';
import {
  FIRST_WAIT_MS,
  follow,
  type Line,
  MOST_WAIT_MS,
  SILENT_MS,
  type StreamEvent,
  waitMs,
} from './stream.ts';

type Asked = { readonly from: string | null; readonly signal: AbortSignal };

/** A gateway that answers one request after the other, and a clock whose waits end when the test says so. */
function gateway(answers: readonly ((asked: Asked) => Response)[]) {
  const asked: Asked[] = [];
  const waits: { readonly ms: number; readonly end: () => void }[] = [];
  return {
    asked,
    waits,
    surroundings: {
      random: () => 0,
      fetch: async (_address: string, { headers, signal }: RequestInit) => {
        const one = { from: new Headers(headers).get('last-event-id'), signal: signal as AbortSignal }; // a cast: `follow` gives one
        const answer = answers[asked.push(one) - 1];
        if (answer === undefined) throw new TypeError('nobody listens');
        return answer(one);
      },
      wait: (ms: number, signal: AbortSignal) =>
        new Promise<void>((resolve) => {
          waits.push({ ms, end: resolve });
          signal.addEventListener('abort', () => resolve());
        }),
    },
    /** The next wait of so many milliseconds, which has to come. */
    waiting: (ms: number) => expect.poll(() => waits.find((one) => one.ms === ms)).toBeDefined(),
  };
}

const says = (text: string) => () => new Response(text, { headers: { 'content-type': 'text/event-stream' } });
const decision = (id: number) => `event: decision\nid: ${id}\ndata: {"cursor":${id}}\n\n`;

/** Open until it is aborted. */
const staysOpen =
  (text: string) =>
  ({ signal }: Asked) =>
    new Response(
      new ReadableStream({
        start: (controller) => {
          controller.enqueue(new TextEncoder().encode(text));
          signal.addEventListener('abort', () => controller.error(new Error('aborted')));
        },
      }),
    );

function following(of: ReturnType<typeof gateway>, lastEventId = '') {
  const stop = new AbortController();
  const events: StreamEvent[] = [];
  const lines: Line[] = [];
  const over = follow(
    {
      address: '/s',
      lastEventId,
      onEvent: (event) => events.push(event),
      onLine: (line) => lines.push(line),
    },
    of.surroundings,
    stop.signal,
  );
  const end = () => {
    stop.abort();
    return over;
  };
  return { events, lines, over, stop: end };
}

it('goes on behind the last event after an interruption, and says that it was cut off', async () => {
  // The fate of an earlier decision has no id: it does not move the place.
  const fate = 'event: fate\ndata: {"cursor":7}\n\n';
  const of = gateway([says(decision(7) + fate), staysOpen(decision(8))]);
  const { events, lines, stop } = following(of, '6');
  await of.waiting(FIRST_WAIT_MS);
  of.waits.find(({ ms }) => ms === FIRST_WAIT_MS)?.end();
  await expect.poll(() => events.length).toBe(3);
  expect(of.asked.map(({ from }) => from)).toEqual(['6', '7']);
  expect(events.map(({ name }) => name)).toEqual(['decision', 'fate', 'decision']);
  expect(lines).toEqual(['connecting', 'live', 'cut_off', 'live']);
  await stop();
  expect(lines).toHaveLength(4);
});

it('waits twice as long after each failure, at most half a minute, and as long as the gateway asks for', () => {
  expect([0, 1, 2, 3, 5, 6, 99].map((failures) => waitMs(failures, 0, 0))).toEqual([
    1_000, 1_000, 2_000, 4_000, 16_000, 30_000, 30_000,
  ]);
  expect(waitMs(1, 0, 0.999)).toBeLessThan(FIRST_WAIT_MS * 1.25);
  expect(waitMs(1, 10_000, 0)).toBe(10_000);
});

it('asks again later where there are too many streams, and no more where reading is not allowed', async () => {
  const full = () => new Response('{}', { status: 429, headers: { 'retry-after': '10' } });
  const of = gateway([full, () => new Response('{}', { status: 401 })]);
  const { lines, over } = following(of);
  await of.waiting(10_000);
  of.waits[0]?.end();
  await over;
  expect(lines).toEqual(['connecting', 'cut_off', 'ended']);
  expect(of.asked.map(({ from }) => from)).toEqual([null, null]);
});

it('is over when the gateway says that its reader may not read any more', async () => {
  const of = gateway([says('event: end\ndata: {"reason":"no_longer_allowed"}\n\n')]);
  const { lines, over } = following(of);
  await over;
  expect(lines.at(-1)).toBe('ended');
});

it('takes a connection on which nothing comes any more for dead', async () => {
  const of = gateway([staysOpen(decision(1)), staysOpen(decision(2))]);
  const { events, lines, stop } = following(of);
  await expect.poll(() => events.length).toBe(1);
  of.waits
    .filter(({ ms }) => ms === SILENT_MS)
    .at(-1)
    ?.end();
  await of.waiting(FIRST_WAIT_MS);
  expect(lines.at(-1)).toBe('cut_off');
  expect(of.waits.every(({ ms }) => ms <= Math.max(SILENT_MS, MOST_WAIT_MS))).toBe(true);
  await stop();
});

it('begins without a place where the log ends before it, as after a restore', async () => {
  const of = gateway([() => new Response('', { status: 422 }), staysOpen(decision(3))]);
  const one = following(of, '7');
  await of.waiting(FIRST_WAIT_MS);
  for (const { end } of of.waits) end();
  await expect.poll(() => one.events.length).toBe(1);
  expect(of.asked.map(({ from }) => from)).toEqual(['7', null]);
  await one.stop();
});
