/** What counts as an answer that came too late. */
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Line } from '../../src/store/redis/index.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';

const PATIENCE_MS = 200;
/** Redis answers in the middle of the time for which this process stands still. */
const ANSWER_MS = 100;
const STANDSTILL_MS = 400;

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

async function withLine<Result>(work: (line: Line) => Promise<Result>): Promise<Result> {
  const line = new Line({ url: redis.url, warn: () => undefined, patienceMs: PATIENCE_MS });
  await line.open();
  try {
    return await work(line);
  } finally {
    await line[Symbol.asyncDispose]();
  }
}

/** Answered after so many milliseconds, with nothing. */
const wait = (line: Line, ms: number) => line.ask(['BLPOP', 'nothing', String(ms / 1_000)]);

it('an answer that is there is read, however long this process stood still', async () => {
  await withLine(async (line) => {
    const answer = wait(line, ANSWER_MS);
    // Sent by then.
    await setImmediate();
    const until = performance.now() + STANDSTILL_MS;
    while (performance.now() < until);
    expect(await answer).toBeNull();
    expect(line.isOpen).toBe(true);
  });
});

it('one that does not come in time costs the connection', async () => {
  await withLine(async (line) => {
    await expect(wait(line, 10 * PATIENCE_MS)).rejects.toThrow('Redis does not answer in time; try again');
    expect(line.isOpen).toBe(false);
  });
});
