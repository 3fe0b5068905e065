import { sql } from 'kysely';
import { MAX_TALLY_NAMES } from '../../../limits/index.ts';
import { build } from '../tables.ts';
import { all, change, type Work } from '../work.ts';
import { keyOf, type Place, type PlaceCount } from './lot.ts';
import { lotsOf } from './lots-of.ts';
import { noteUses } from './uses.ts';

const STRETCH = ['organization', 'kind', 'width', 'at'] as const;
/** The columns that make a place. */
export const PLACE = [...STRETCH, 'first', 'second'] as const;
/** Keys of places that are remembered to have a count; beyond it all are looked for again. */
const MOST_KNOWN = 5_000;

/**
 * Adds counts to what is there, within a transaction. Few statements, as others wait meanwhile. An agent can invent names: beyond the
 * bound of a stretch they are counted together. `known` remembers places between two calls.
 */
export function* addTallies(tallies: readonly PlaceCount[], known: Set<string>): Work<void> {
  const unknown = yield* unknownOf(tallies, known);
  const room = unknown.length === 0 ? new Map<string, number>() : yield* roomOf(unknown);
  yield* noteUses(unknown);
  const isNew = new Set(unknown.map(keyOf));
  const counts = new Map<string, PlaceCount>();
  for (const { count, place } of tallies) {
    const own = isNew.has(keyOf(place)) ? bounded(place, room) : place;
    const key = keyOf(own);
    counts.set(key, { place: own, count: count + (counts.get(key)?.count ?? 0) });
  }
  for (const lot of lotsOf([...counts.values()])) {
    const insert = build.insertInto('tallies').values(lot.map(({ count, place }) => ({ ...place, count })));
    yield* change(
      insert.onConflict((known) =>
        known
          .columns(PLACE)
          .doUpdateSet((one) => ({ count: one('tallies.count', '+', one.ref('excluded.count')) })),
      ),
    );
  }
}

/** Those of the places of which there is no count yet. */
function* unknownOf(tallies: readonly PlaceCount[], known: Set<string>): Work<readonly Place[]> {
  if (known.size > MOST_KNOWN) known.clear();
  const places = tallies.map(({ place }) => place);
  const isUnknown = (place: Place) => !known.has(keyOf(place));
  for (const lot of lotsOf(places.filter(isUnknown))) {
    const found = build.selectFrom('tallies').select(PLACE).where(isOneOf(lot, PLACE));
    // A cast: only these kinds are written.
    for (const place of yield* all(found)) known.add(keyOf(place as Place));
  }
  return places.filter(isUnknown);
}

/** How many names the stretches of these places can still take. */
function* roomOf(places: readonly Place[]): Work<Map<string, number>> {
  const stretches = new Map(places.map((place) => [stretchOf(place), place]));
  const room = new Map([...stretches.keys()].map((stretch) => [stretch, MAX_TALLY_NAMES]));
  for (const lot of lotsOf([...stretches.values()])) {
    const names = build
      .selectFrom('tallies')
      .select(STRETCH)
      .select((of) => of.fn.countAll<number>().as('names'))
      .where(isOneOf(lot, STRETCH))
      .groupBy(STRETCH);
    // A cast: only these kinds are written.
    for (const { names: taken, ...place } of yield* all(names))
      room.set(stretchOf(place as Place), MAX_TALLY_NAMES - taken);
  }
  return room;
}

/** Takes room for a new name, where there is some. */
function bounded(place: Place, room: Map<string, number>): Place {
  const stretch = stretchOf(place);
  const left = room.get(stretch) ?? 0;
  if (left <= 0) return { ...place, first: '', second: '' };
  room.set(stretch, left - 1);
  return place;
}

function stretchOf(place: Omit<Place, 'first' | 'second'>): string {
  return keyOf({ ...place, first: '', second: '' });
}

function isOneOf(places: readonly Place[], columns: readonly (keyof Place)[]) {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const values = places.map((place) => sql`(${sql.join(columns.map((column) => typed(place[column])))})`);
  return sql<boolean>`(${names}) in (values ${sql.join(values)})`;
}

/** Among values that stand alone, Postgres takes each for a text. */
const typed = (value: string | number) => (typeof value === 'number' ? sql`cast(${value} as bigint)` : value);
