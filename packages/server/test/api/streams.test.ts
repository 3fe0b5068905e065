import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { STREAM_APPROVALS } from '../../src/limits/index.ts';
import { decisionRow, RESULT } from '../../src/store/conformance/fixtures.ts';
import { openEvents, type SeenEvent } from '../support/events.ts';
import { bootOffice, expectOk, type Office, type Somebody } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { newApproval, newDecision } from './samples.ts';

let office: Office;
/** Time that a test lets pass at once. */
let skippedMs = 0;
beforeAll(async () => {
  const monotonicMs = () => performance.now() + skippedMs;
  office = await bootOffice({ clock: { wallMs: Date.now, monotonicMs } });
});
afterAll(() => office[Symbol.asyncDispose]());

const LARGE = { message: 'x'.repeat(40_000) };

/** As the browser of somebody opens it. */
const open = (who: Somebody, path: string, headers: Readonly<Record<string, string>> = {}) =>
  openEvents(`${office.gateway.url}/api/v1/${path}`, { headers: { cookie: who.cookie, ...headers } });

const idsOf = (events: readonly SeenEvent[]) =>
  events.filter(({ name }) => name === 'decision').map(({ data }) => JSON.parse(data).id);

/** Writes so many decisions at once; their ids. */
async function decide(count: number, change: Parameters<typeof newDecision>[1] = {}): Promise<string[]> {
  const rows = await Promise.all(Array.from({ length: count }, () => newDecision(office, change)));
  return rows.map(({ id }) => id);
}

it('a viewer sees decisions as they are made, and after a break goes on without loss or double', async () => {
  const viewer = await office.somebody('viewer');
  await decide(2);
  const all: string[] = [];
  const seen: string[] = [];
  let last: string | undefined;
  for (const count of [3, 450, 1]) {
    // Of what was made while nobody listened, only who never listened hears nothing.
    if (last !== undefined) all.push(...(await decide(5)));
    await using stream = await open(
      viewer,
      'decisions/stream',
      last === undefined ? {} : { 'last-event-id': last },
    );
    expect([stream.status, stream.headers.get('cache-control')]).toEqual([200, 'no-store']);
    all.push(...(await decide(count)));
    await until(() => seen.length + idsOf(stream.events).length >= all.length);
    seen.push(...idsOf(stream.events));
    last = stream.events.at(-1)?.id;
  }
  expect(seen).toEqual(all);
});

it('a stream gives what its filter lets through, and nothing of another organisation', async () => {
  const viewer = await office.somebody('viewer');
  const elsewhere = await office.somebody('admin', await office.elsewhere());
  await using own = await open(viewer, 'decisions/stream?outcome=deny');
  await using foreign = await open(elsewhere, 'decisions/stream?outcome=deny');
  await decide(3);
  const [other] = await decide(1, { organization: 'another', outcome: 'deny', forwarded: false });
  const [wanted] = await decide(1, { outcome: 'deny', forwarded: false });
  await until(() => idsOf(own.events).length === 1);
  expect(idsOf(own.events)).toEqual([wanted]);
  expect(idsOf(foreign.events)).toEqual([]);
  expect(other).toBeDefined();
});

it.each([
  ['signs out', (who: Somebody) => who.client.session.signOut()],
  [
    'is not a member any more',
    (who: Somebody) => office.admin.client.members.remove({ params: { member: who.member } }),
  ],
])('K-25 a stream ends within a second when its reader %s', async (_what, lose) => {
  const who = await office.somebody('viewer');
  await using stream = await open(who, 'decisions/stream');
  await decide(1);
  await until(() => stream.events.length === 1);
  const from = performance.now();
  expectOk(await lose(who));
  await until(() => stream.isOver());
  expect(performance.now() - from).toBeLessThan(1_000);
  await decide(1);
  expect(stream.events.at(-1)).toMatchObject({ name: 'end', data: '{"reason":"no_longer_allowed"}' });
});

it('approvals that wait are told at once, and again when they are decided', async () => {
  const id = await newApproval(office);
  const viewer = await office.somebody('viewer');
  await using stream = await open(viewer, 'approvals/stream');
  const statesOf = (wanted: string) =>
    stream.events
      .map(({ data }) => JSON.parse(data))
      .flatMap((one) => (one.id === wanted ? [one.state] : []));
  await until(() => statesOf(id).length === 1);
  const later = await newApproval(office);
  await until(() => statesOf(later).length === 1);
  expectOk(await office.admin.client.approvals.deny({ params: { approval: id }, body: {} }));
  await until(() => statesOf(id).length === 2);
  expect([statesOf(id), statesOf(later)]).toEqual([['waiting', 'refused'], ['waiting']]);
});

it('of more that wait than are followed, names those that it follows, and forgets none that is decided', async () => {
  const viewer = await office.somebody('viewer');
  const oldest = await newApproval(office);
  for (let count = 1; count < STREAM_APPROVALS; count += 1) await newApproval(office);
  await using stream = await open(viewer, 'approvals/stream');
  /** As a page has them: what was told, less what a list of those that wait leaves out. */
  const waiting = () => {
    const kept = new Set<string>();
    for (const { data, name } of stream.events) {
      const { id, ids, state } = JSON.parse(data);
      if (name === 'waiting') for (const one of kept) if (!ids.includes(one)) kept.delete(one);
      if (name === 'approval' && state === 'waiting') kept.add(id);
      else kept.delete(id);
    }
    return kept;
  };
  await until(() => waiting().size === STREAM_APPROVALS && waiting().has(oldest));
  const newest = await newApproval(office);
  await until(() => waiting().has(newest));
  expect([waiting().has(oldest), waiting().size]).toEqual([false, STREAM_APPROVALS]);
  expectOk(await office.admin.client.approvals.deny({ params: { approval: newest }, body: {} }));
  await until(() => waiting().has(oldest));
  expect([waiting().has(newest), waiting().size]).toEqual([false, STREAM_APPROVALS]);
});

it('an organisation has 50 streams, and a place again when one is closed', async () => {
  const viewer = await office.somebody('viewer');
  const busy = await office.somebody('viewer', await office.elsewhere());
  const streams = await Promise.all(Array.from({ length: 50 }, () => open(busy, 'approvals/stream')));
  expect(streams.map(({ status }) => status)).toEqual(Array(50).fill(200));
  const refused = await open(busy, 'approvals/stream');
  expect([refused.status, JSON.parse(refused.text).code]).toEqual([429, 'too_many_streams']);
  await using other = await open(viewer, 'approvals/stream');
  expect(other.status).toBe(200);
  await streams[0]?.[Symbol.asyncDispose]();
  await until(async () => {
    await using again = await open(busy, 'approvals/stream');
    return again.status === 200;
  });
  for (const stream of streams) await stream[Symbol.asyncDispose]();
});

it('a question for the headers of a stream alone leaves no stream behind', async () => {
  const asker = await office.somebody('viewer', await office.elsewhere());
  const url = `${office.gateway.url}/api/v1/approvals/stream`;
  const ask = () => fetch(url, { method: 'HEAD', headers: { cookie: asker.cookie } });
  for (let count = 0; count < 50; count += 1) expect((await ask()).status).toBe(200);
  await using stream = await open(asker, 'approvals/stream');
  expect(stream.status).toBe(200);
});

it('what becomes of a request is told once it is known, and does not move the place to go on from', async () => {
  const { journal } = office.gateway.store;
  await using stream = await open(office.admin, 'decisions/stream');
  const admission = await journal.admit([], () => decisionRow({ id: crypto.randomUUID() }));
  await until(() => stream.events.length === 1);
  await decide(1, { forwarded: false });
  await until(() => stream.events.length === 2);
  journal.settle(admission, 'kept', RESULT);
  await until(() => stream.events.length === 3);
  const [told, , fate] = stream.events;
  expect(JSON.parse(told?.data ?? '')).not.toHaveProperty('fate');
  expect([fate?.name, fate?.id]).toEqual(['fate', undefined]);
  expect(JSON.parse(fate?.data ?? '')).toEqual({ cursor: Number(told?.id), fate: RESULT });
});

it('an id that no event has is refused', async () => {
  for (const id of ['1 or 1', '900000000']) {
    const stream = await open(office.admin, 'decisions/stream', { 'last-event-id': id });
    expect([stream.status, JSON.parse(stream.text).code]).toEqual([422, 'invalid_input']);
  }
});

it('a reader that takes nothing is told so and sent away, and no more gathers for it than fits', async () => {
  const { cookie } = await office.somebody('viewer');
  const sent = request(`${office.gateway.url}/api/v1/decisions/stream`, {
    headers: { cookie },
    agent: false,
  });
  const [response] = (await once(sent.end(), 'response')) as [IncomingMessage]; // a cast: what the event gives
  response.pause();
  const before = process.memoryUsage().rss;
  for (let lot = 0; lot < 10; lot += 1)
    await Promise.all(Array.from({ length: 200 }, () => newDecision(office, LARGE)));
  // What fits into the buffers of the sockets is taken; then nothing is.
  await until(() => {
    skippedMs += 1_000;
    return office.test.lines.some(({ fields }) => fields['reason'] === 'too_slow');
  });
  expect(process.memoryUsage().rss - before).toBeLessThan(600 * 1024 * 1024);
  let text = '';
  response.setEncoding('utf8').on('data', (part: string) => {
    text = (text + part).slice(-200);
  });
  response.resume();
  await once(response, 'end');
  expect(text).toContain('event: end\ndata: {"reason":"too_slow"}\n\n');
});
