import type { Compilable } from 'kysely';

/** What a statement gave: its rows, and how many it changed. */
export type Answer = { readonly rows: readonly unknown[]; readonly changes: number };

/**
 * Statements one after the other, each made with the answers of those before. The same text runs on a driver that answers at
 * once and on one that answers later; whoever runs it decides whether it is one transaction.
 */
export type Work<Result> = Generator<Compilable, Result, Answer>;

/** The rows of a built query. */
export function* all<Row>(query: Compilable<Row>): Work<readonly Row[]> {
  const { rows } = yield query;
  return rows as readonly Row[]; // a cast: who built the query knows its rows
}

export function* first<Row>(query: Compilable<Row>): Work<Row | undefined> {
  return (yield* all(query))[0];
}

/** Runs a built statement; how many rows it changed. */
export function* change(query: Compilable): Work<number> {
  return (yield query).changes;
}
