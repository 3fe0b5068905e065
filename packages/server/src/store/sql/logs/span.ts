import { type RawBuilder, sql } from 'kysely';
import { memberNumber } from '../dialect.ts';

type Span = { readonly sinceMs?: number; readonly untilMs?: number };

/** That the time in the JSON of a row is in a span, of which both ends belong to it. */
export function spanConditions(
  entry: RawBuilder<unknown>,
  { sinceMs, untilMs }: Span,
): RawBuilder<boolean>[] {
  const atMs = memberNumber(entry, 'atMs');
  return [
    ...(sinceMs === undefined ? [] : [sql<boolean>`${atMs} >= ${sinceMs}`]),
    ...(untilMs === undefined ? [] : [sql<boolean>`${atMs} <= ${untilMs}`]),
  ];
}
