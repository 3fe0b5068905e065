import { setTimeout as wait } from 'node:timers/promises';
import type { Compilable } from 'kysely';
import { GATEWAY } from '../contract.ts';
import type { SqlExecutor } from './executor.ts';
import { all, first, type Work } from './work.ts';

/** Rows of one transaction. */
const AT_ONCE = 100;
/** Milliseconds of rest after each, so that calls have the store nearly to themselves. */
export const REST_MS = 10;

type Found<Row> = { limit(count: number): Compilable<Row> };

/**
 * Does `work` with the rows that a query finds, and does not find again afterwards: some in each transaction, which finds them anew. How many
 * there were.
 */
export async function withSome<Row>(
  { executor, signal }: { readonly executor: SqlExecutor; readonly signal: AbortSignal | undefined },
  query: Found<Row>,
  work: (rows: readonly Row[]) => Work<unknown>,
): Promise<number> {
  const one = query.limit(1);
  const some = query.limit(AT_ONCE);
  let done = 0;
  // Mostly there are none, which takes no transaction.
  while (signal?.aborted !== true && (await executor.read(() => first(one))) !== undefined) {
    const count = await executor.write(function* () {
      const rows = yield* all(some);
      if (rows.length > 0) yield* work(rows);
      return rows.length;
    });
    done += count;
    if (count < AT_ONCE) break;
    await wait(REST_MS, undefined, { signal }).catch(() => undefined);
  }
  return done;
}

type Gone = { readonly id: string; readonly organization: string };

/** What the audit log is told of rows that went because they were over, in the transaction that is open: a row for each organisation. */
export function* noteDeleted<Row extends Gone>(
  executor: SqlExecutor,
  { kind, rows }: { readonly kind: string; readonly rows: readonly Row[] },
): Work<void> {
  for (const [organization, gone] of Map.groupBy(rows, (row) => row.organization))
    yield* executor.note({
      organization,
      actor: GATEWAY,
      action: `${kind}.deleted`,
      target: { kind: `${kind}s`, id: organization, name: `${gone.length} that were over` },
      before: { count: gone.length, rows: gone.map(({ organization: _, ...told }) => told) },
    });
}
