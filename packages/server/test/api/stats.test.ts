import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootOffice, expectOk, type Office, problemOf } from '../support/people.ts';
import { newDecision } from './samples.ts';

let office: Office;
beforeAll(async () => {
  office = await bootOffice();
  for (const [target, outcome] of [
    ['pay', 'allow'],
    ['pay', 'allow'],
    ['read', 'deny'],
  ] as const)
    await newDecision(office, {
      target,
      outcome,
      rule: outcome === 'deny' ? '/tools/read/action' : '',
      atMs: AT,
    });
  await newDecision(office, { organization: 'another', target: 'hidden', atMs: AT });
});
afterAll(() => office[Symbol.asyncDispose]());

const AT = Date.UTC(2026, 0, 5, 12, 30);
const span = { since: '2026-01-05T12:10:00Z', until: '2026-01-05T14:00:00Z' };

it('a viewer sees what decisions come to, up to the newest, and nothing of another organisation', async () => {
  const viewer = await office.somebody('viewer');
  const read = async (query: object = span) => expectOk(await viewer.client.stats.read({ query }));
  const first = await read();
  expect(first).toMatchObject({
    since: '2026-01-05T12:00:00.000Z',
    isComplete: true,
    buckets: [{ at: '2026-01-05T12:00:00.000Z', outcomes: { allow: 2, deny: 1 } }],
    tools: [
      { server: 'files', tool: 'pay', count: 2 },
      { server: 'files', tool: 'read', count: 1 },
    ],
    refusals: [{ policy: 'safe', rule: '/tools/read/action', count: 1 }],
    grants: [{ id: 'grant-1', name: 'laptop', count: 3 }],
  });
  await newDecision(office, { atMs: AT, outcome: 'deny' });
  const day = await read({ ...span, bucket: 'day' });
  expect(day.buckets).toEqual([{ at: '2026-01-05T00:00:00.000Z', outcomes: { allow: 2, deny: 2 } }]);
  expect((await read({})).buckets).toEqual([]);
});

it.each([
  [{ since: '2026-01-01T00:00:00Z', until: '2026-01-09T00:00:00Z' }, 'none'],
  [{ since: '2026-01-01T00:00:00Z', until: '2026-01-09T00:00:00.001Z' }, 'invalid_input'],
  [{ since: '2025-01-01T00:00:00Z', until: '2026-02-05T00:00:00Z', bucket: 'day' }, 'none'],
  [{ since: '2025-01-01T00:00:00Z', until: '2026-02-05T00:00:00.001Z', bucket: 'day' }, 'invalid_input'],
  [{ since: span.until, until: span.until }, 'invalid_input'],
] as const)('a span that is too long, or none, is refused: %j', async (query, found) => {
  expect(problemOf(await office.admin.client.stats.read({ query }))).toBe(found);
});
