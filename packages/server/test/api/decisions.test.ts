import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEvents } from '../support/events.ts';
import { bootOffice, expectOk, type Office, problemOf } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { newDecision } from './samples.ts';

let office: Office;
const rows: Awaited<ReturnType<typeof newDecision>>[] = [];
beforeAll(async () => {
  office = await bootOffice();
  for (const [at, target] of ['pay', 'read', 'pay', '=read'].entries())
    rows.push(
      await newDecision(office, {
        target,
        atMs: Date.UTC(2026, 0, 1 + at),
        argKeys: at === 0 ? ['amount', 'to'] : [],
        ...(at === 1 ? { outcome: 'deny', forwarded: false, rule: '/tools/read', grantName: 'desk' } : {}),
      }),
    );
  await newDecision(office, { organization: 'another', target: 'hidden' });
});
afterAll(() => office[Symbol.asyncDispose]());

const ids = (...at: readonly number[]) => at.map((one) => rows[one]?.id);

it.each([
  [{}, [3, 2, 1, 0]],
  [{ target: 'pay' }, [2, 0]],
  [{ outcome: 'deny', grant: 'desk', rule: '/tools/read', mode: 'enforce', server: 'files' }, [1]],
  [{ since: '2026-01-02T00:00:00Z', until: '2026-01-03T00:00:00Z' }, [2, 1]],
  [{ text: 'READ' }, [3, 1]],
  // As an agent shows it.
  [{ text: ' [POLICY DENIED] READ' }, [3, 1]],
  [{ argKey: 'amount' }, [0]],
  [{ status: 'result' }, []],
] as const)('a viewer searches the decision log, newest first: %j', async (query, found) => {
  const viewer = await office.somebody('viewer');
  const { items } = expectOk(await viewer.client.decisions.list({ query }));
  expect(items.map(({ id }) => id)).toEqual(ids(...found));
});

it('gives it a page after the other, and refuses a filter that it does not know', async () => {
  const { client } = office.admin;
  const first = expectOk(await client.decisions.list({ query: { limit: 3 } }));
  const rest = expectOk(await client.decisions.list({ query: { limit: 3, cursor: first.next ?? '' } }));
  expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids(3, 2, 1, 0));
  const wrong = await office.admin.send('/api/v1/decisions?outcome=maybe&tool=pay');
  expect([wrong.status, JSON.parse(wrong.text).errors.length]).toEqual([422, 2]);
});

it('shows one by its id or its place, and nothing of another organisation', async () => {
  const { client } = office.admin;
  const show = (decision: string) => client.decisions.show({ params: { decision } });
  const byId = expectOk(await show(rows[1]?.id ?? ''));
  expect(byId).toMatchObject({ outcome: 'deny', grant: { name: 'desk' }, at: '2026-01-02T00:00:00.000Z' });
  expect(expectOk(await show(String(byId.cursor)))).toEqual(byId);
  const [foreign] = await office.gateway.store.decisions.query({ organization: 'another', limit: 1 });
  const answers = [foreign?.row.id ?? '', String(foreign?.cursor), '999999', 'nothing'].map(show);
  expect((await Promise.all(answers)).map(problemOf)).toEqual(Array.from(answers, () => 'not_found'));
});

it('exports what matches as lines and as a table, and notes who did', async () => {
  const viewer = await office.somebody('viewer');
  const lines = await viewer.send('/api/v1/decisions/export.ndjson?text=read');
  const entries = lines.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).row.id);
  expect(entries).toEqual(ids(1, 3));
  const table = await viewer.send('/api/v1/decisions/export.csv');
  expect(table.text.split('\r\n')).toHaveLength(rows.length + 2);
  expect(table.text).toContain("'=read");
  expect(table.text).not.toContain('hidden');
  expect(await office.gateway.store.audit.query({ limit: 2 })).toMatchObject([
    { action: 'decisions.exported', actor: { name: viewer.email }, after: { text: 'read' } },
    { action: 'decisions.exported', target: { id: 'decisions' } },
  ]);
});

it('gives what stands before a place, and says from where a stream goes on without a gap', async () => {
  const { client } = office.admin;
  const list = async (query: object) => expectOk(await client.decisions.list({ query }));
  const { items, newest } = await list({});
  const [, second] = items;
  expect((await list({ before: second?.cursor, limit: 1 })).items.map(({ id }) => id)).toEqual(ids(1));
  // The newest row of all is another organisation's.
  expect(newest).toBeGreaterThan(items[0]?.cursor ?? 0);
  await using stream = await openEvents(`${office.gateway.url}/api/v1/decisions/stream`, {
    headers: { cookie: office.admin.cookie, 'last-event-id': String(newest) },
  });
  const made = [await newDecision(office), await newDecision(office)];
  await until(() => stream.events.length === 2);
  expect(stream.events.map(({ data }) => JSON.parse(data).id)).toEqual(made.map(({ id }) => id));
});
