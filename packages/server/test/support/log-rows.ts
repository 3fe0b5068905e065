import pg from 'pg';
import type { DecisionRow, OutcomeRow } from '../../src/store/index.ts';
import { callerOf, callerText, encodeDecision } from '../../src/store/sql/index.ts';
import { type Kind, linkHash, ORIGIN, sealer } from '../../src/store/sql/link.ts';

/** A call with what became of it, if that is known. */
export type LoggedCall = { readonly row: DecisionRow; readonly outcome?: OutcomeRow };

/** Writes the log of calls into an empty database, as a gateway would have: each with a caller of its own, numbered by `replica`. */
export async function writeCalls(
  url: string,
  key: Buffer,
  calls: readonly LoggedCall[],
  replica = 'gone',
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  let last = { link: 0, hash: ORIGIN };
  const link = (kind: Kind, values: readonly (string | number)[]) => {
    const next = last.link + 1;
    last = { link: next, hash: linkHash(last.hash, next, { kind, values }) };
    return [last.link, last.hash];
  };
  try {
    await client.query('begin');
    for (const [at, { outcome, row }] of calls.entries()) {
      const cursor = at + 1;
      const caller = callerOf(row);
      const entry = encodeDecision(row);
      const columns = Object.keys(caller);
      await client.query(
        `insert into callers (id, replica, ${columns}) values (${cursor}, $1, ${columns.map((_, of) => `$${of + 2}`)})`,
        [replica, ...Object.values(caller)],
      );
      await client.query(
        'insert into decisions (cursor, caller, entry, link, hash) values ($1, $1, $2, $3, $4)',
        [cursor, entry, ...link('decision', [cursor, callerText(caller), entry])],
      );
      if (outcome === undefined) continue;
      const text = JSON.stringify(outcome);
      await client.query('insert into outcomes (decision, entry, link, hash) values ($1, $2, $3, $4)', [
        cursor,
        text,
        ...link('outcome', [cursor, text]),
      ]);
    }
    const seal = sealer(key, 'decisions')('head', last);
    await client.query('insert into chain_head (id, link, hash, seal) values (1, $1, $2, $3)', [
      last.link,
      last.hash,
      seal,
    ]);
    await client.query('commit');
  } finally {
    await client.end();
  }
}
