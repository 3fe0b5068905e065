import { expect, it } from 'vitest';
import type { Entry } from '../../journal/index.ts';
import { CountingInPostgres, Outdated } from './counting.ts';
import { GroupCells } from './group-cells.ts';
import type { Found } from './read-group.ts';

const KEY = 'k';
/** A cast: counting looks at nothing else of an entry. */
const GROUP = [{ takes: [{ kind: 'window', key: KEY }] }] as unknown as readonly Entry[];

const saidBy = (process: string): Found => ({
  ...{ process, saved: undefined, isAlive: true, marker: undefined, others: new Map() },
  end: { link: 7, hash: '', cursor: 7, caller: 1 },
  cells: new Map([[KEY, [{ at: 1, amount: 1, expires: 10_000 }]]]),
});

/** A group failed for a counter, which was read before the next one. */
async function readFirst(): Promise<CountingInPostgres> {
  const read = async () => saidBy('first');
  const counting = new CountingInPostgres({ cells: new GroupCells(), clock: { now: () => 5 }, read });
  expect(counting.toRead(GROUP).windows).toEqual(new Map([[KEY, -1]]));
  counting.rolledBack();
  await counting.prepare(undefined as never, GROUP, (waited) => waited); // a cast: nothing is asked there
  expect(counting.toRead(GROUP).windows).toEqual(new Map([[KEY, 7]]));
  return counting;
}

it('goes on with what was read first', async () => {
  const counting = await readFirst();
  counting.requireCurrent(saidBy('first'));
  expect(counting.toRead(GROUP).windows).toEqual(new Map([[KEY, 7]]));
});

it('forgets what another process of Postgres said: a standby that took over may lack it', async () => {
  const counting = await readFirst();
  expect(() => counting.requireCurrent(saidBy('second'))).toThrow(Outdated);
  expect(counting.toRead(GROUP).windows).toEqual(new Map([[KEY, -1]]));
  counting.requireCurrent(saidBy('second'));
});
