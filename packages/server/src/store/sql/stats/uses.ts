import { TALLY_WIDTHS } from '../../contract.ts';
import { build } from '../tables.ts';
import { change, type Work } from '../work.ts';
import type { Place } from './lot.ts';
import { lotsOf } from './lots-of.ts';

/**
 * Notes when grants were used last, by the hours in which decisions of them are counted: once an hour for each, as only places of which there was no count are
 * given. A grant that is gone has none.
 */
export function* noteUses(places: readonly Place[]): Work<void> {
  const ofHours = new Map<number, string[]>();
  for (const { at, first, kind, width } of places)
    if (kind === 'grant' && width === TALLY_WIDTHS.hour) ofHours.set(at, [...(ofHours.get(at) ?? []), first]);
  for (const [at, ids] of ofHours) for (const lot of lotsOf(ids)) yield* noteHour(at, lot);
}

function* noteHour(at: number, ids: readonly string[]): Work<void> {
  const known = build
    .selectFrom('grants')
    .select((of) => ['id', of.cast<number>(of.val(at), 'bigint').as('at')])
    .where('id', 'in', ids);
  yield* change(
    build
      .insertInto('grant_uses')
      .columns(['grant_id', 'at'])
      .expression(known)
      .onConflict((one) => one.column('grant_id').doUpdateSet({ at }).where('grant_uses.at', '<', at)),
  );
}
