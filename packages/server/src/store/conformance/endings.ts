import { expect, it } from 'vitest';
import { ENDINGS_TOLD } from '../../limits/index.ts';
import type { EndingCredentials, Store } from '../contract.ts';
import { DAY_MS, type Start } from './fixtures.ts';
import { newGrant } from './grants.ts';
import { setUp } from './people.ts';

/** What others are told by one look, without what is the same of all. */
async function toldBy(store: Store, nowMs: number): Promise<readonly EndingCredentials[]> {
  await store.endings.tell({ nowMs });
  const told: EndingCredentials[] = [];
  await store.outbox.address(async (event) => {
    if (event.kind === 'ends_soon') told.push(event.about);
    return [];
  });
  return told;
}

let count = 0;
const mint = ({ grants }: Store, name: string, more: Parameters<typeof newGrant>[0] = {}) => {
  count += 1;
  return grants.create(newGrant({ id: name, name, ...more }), String(count).padStart(64, '0'));
};

export function describeEndings(start: Start): void {
  it('tells whose it is once of each grant that ends soon, and admins of what is nobody’s', async () => {
    const { beside, clock, store } = await setUp(start);
    const person = 'ann';
    const beganMs = clock.wallMs();
    const at = (days: number) => beganMs + days * DAY_MS;
    const owner = ' ANN@acme.example';
    await mint(store, 'long', { expiresAtMs: at(30), owner });
    await mint(store, 'short', { expiresAtMs: at(10) });
    await mint(store, 'brief', { expiresAtMs: at(1) });
    await mint(store, 'endless', { owner });
    await mint(store, 'paused', { expiresAtMs: at(30) });
    await store.grants.setState('paused', 'paused');
    const one = { organization: 'default', count: 1 };
    const grant = (name: string, days: number) => ({ kind: 'grant', id: name, name, endsAtMs: at(days) });
    expect(await toldBy(store, at(8))).toEqual([]);
    expect(await toldBy(store, at(9))).toEqual([{ ...one, credentials: [grant('short', 10)] }]);
    expect(await (await beside()).endings.tell({ nowMs: at(9) })).toBe(0);
    expect(await toldBy(store, at(23) - 1)).toEqual([]);
    expect(await toldBy(store, at(23))).toEqual([{ ...one, person, credentials: [grant('long', 30)] }]);
    expect(await toldBy(store, at(29))).toEqual([]);
    await store.grants.update('long', { expiresAtMs: at(60) });
    expect(await toldBy(store, at(30))).toEqual([]);
    expect(await toldBy(store, at(53))).toEqual([{ ...one, person, credentials: [grant('long', 60)] }]);
  });

  it('tells of many that are one’s at once, and names the first', async () => {
    const { clock, store } = await setUp(start);
    const person = 'ann';
    const endsAtMs = clock.wallMs() + 30 * DAY_MS;
    const key = { organization: 'default', role: 'viewer', prefix: 'bga_x' } as const;
    for (let number = 0; number <= ENDINGS_TOLD + 1; number++) {
      const id = `k${String(number).padStart(2, '0')}`;
      const made = { ...key, id, name: id, createdBy: person, expiresAtMs: endsAtMs + number };
      await store.people.apiKeys.create(made, id, () => undefined);
    }
    await store.people.apiKeys.revoke('default', 'k00', () => undefined);
    await mint(store, 'theirs', { expiresAtMs: endsAtMs, owner: 'somebody else' });
    const soonMs = endsAtMs - 2 * DAY_MS;
    const told = await toldBy(store, soonMs);
    const ids = told.map(({ credentials, ...of }) => ({ ...of, ids: credentials.map(({ id }) => id) }));
    const last = Array.from({ length: ENDINGS_TOLD }, (_, at) => `k${String(at + 1).padStart(2, '0')}`);
    const of = { organization: 'default' };
    expect(ids).toEqual([
      { ...of, count: 1, ids: ['theirs'] },
      { ...of, person, count: ENDINGS_TOLD + 1, ids: last },
    ]);
    expect(await toldBy(store, soonMs + 1)).toEqual([]);
  });
}
