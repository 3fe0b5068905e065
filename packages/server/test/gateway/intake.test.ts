import { Agent as HttpAgent } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { OVERLOAD_RETRY_S, OVERLOAD_WAIT_MS, REQUESTS_READ_AHEAD } from '../../src/limits/index.ts';
import { bootCases, type Cases, movedClock } from '../cases/support/index.ts';
import { postTimed, type Timed } from '../cases/support/overload.ts';
import { modernCall } from '../support/rpc.ts';

/** More than are read ahead, so that connections wait too. */
const MANY = REQUESTS_READ_AHEAD + 200;
const ALL = { version: '1', default: 'allow' } as const;
const PAIRING = { agent: 'modern', server: 'modern' } as const;

/** By so much a timer may be early. */
const TIMER_MS = 2;

const connections: HttpAgent[] = [];
afterAll(() => {
  for (const one of connections) one.destroy();
});

/** A sender of calls, each of those under way on a connection of its own, which is used again. */
function newSender(
  cases: Cases,
  { from, grant }: { from?: string; grant?: string } = {},
): () => Promise<Timed> {
  const agent = new HttpAgent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  connections.push(agent);
  const { endpoint: url, token = '' } = cases.agent(PAIRING, grant);
  const { body, headers } = modernCall('search', { q: 'x' });
  const sent = from === undefined ? headers : { ...headers, 'x-forwarded-for': from };
  return () => postTimed({ url, token, agent, body, headers: sent });
}

const many = (send: () => Promise<Timed>, count: number) => Promise.all(Array.from({ length: count }, send));
const statuses = (answers: readonly Timed[]) => new Set(answers.map(({ status }) => status));

it('answers every call of many that come at once, again and again on the same connections, each once', async () => {
  await using cases = await bootCases({ policy: ALL });
  const send = newSender(cases);
  const ROUNDS = 4;
  const answers = await many(async () => {
    for (let round = 1; round < ROUNDS; round += 1) expect((await send()).status).toBe(200);
    return send();
  }, MANY);
  expect(statuses(answers)).toEqual(new Set([200]));
  expect(cases.s1(PAIRING).calls()).toHaveLength(ROUNDS * MANY);
});

it('refuses unread, with a time to wait, who comes when the first in line has waited for too long', async () => {
  const clock = movedClock(Date.UTC(2030, 0));
  await using cases = await bootCases({ policy: ALL, gateway: { clock } });
  const [first, later] = [newSender(cases), newSender(cases)];
  const LATER = 20;
  // So that their connections are there.
  await Promise.all([many(first, MANY), many(later, LATER)]);
  const all = many(first, MANY);
  // They are written in this turn of the event loop, and most are read in the next one.
  await nextTurn();
  await nextTurn();
  clock.pass(OVERLOAD_WAIT_MS + 1);
  const refusedMs = performance.now();
  for (const { status, text } of await many(later, LATER))
    expect([status, JSON.parse(text).error]).toEqual([503, 'busy']);
  const served = (await all).filter(({ status }) => status === 200).length;
  expect(served).toBeGreaterThan(0);
  expect(cases.s1(PAIRING).calls()).toHaveLength(LATER + MANY + served);
  expect(await cases.ledgers.rows()).toHaveLength(LATER + MANY + served);

  // Those who do not wait as they are told have to, on their connections.
  expect(statuses(await many(later, LATER))).toEqual(new Set([200]));
  expect(performance.now() - refusedMs).toBeGreaterThanOrEqual(OVERLOAD_RETRY_S * 1_000 - TIMER_MS);
});

it('has the agents of a grant not wait behind whoever sends its token from elsewhere', async () => {
  const NETWORKS = { networks: ['192.0.2.1'] };
  await using cases = await bootCases({
    gateway: { behindProxy: true },
    grants: () => ({ bound: NETWORKS }),
  });
  const [thief, own] = ['203.0.113.9', '192.0.2.1'].map((from) => newSender(cases, { from, grant: 'bound' }));
  if (thief === undefined || own === undefined) throw new Error('expected two senders');
  // So that their connections are there, and it is known of the token.
  expect(statuses(await many(thief, MANY))).toEqual(new Set([403, 429]));
  expect((await own()).status).toBe(200);
  let answered = 0;
  const flood = many(async () => {
    const answer = await thief();
    answered += 1;
    return answer;
  }, MANY);
  await nextTurn();
  await nextTurn();
  expect((await own()).status).toBe(200);
  expect(answered).toBeLessThan(MANY / 2);
  await flood;
});
