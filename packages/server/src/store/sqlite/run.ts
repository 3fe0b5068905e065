import type { CompiledQuery } from 'kysely';
import { type Answer, tableWritten, type Work, type Writes } from '../sql/index.ts';
import type { Database, Statement } from './driver.ts';

/** Runs work to its end at once, in the transaction that is open, if one is. */
export function runNow<Result>(database: Database, work: Work<Result>, writes?: Writes): Result {
  let step = work.next();
  while (step.done !== true) {
    let answer: Answer;
    try {
      const query = step.value.compile();
      answer = answerOf(database, query);
      const table = writes && tableWritten(query);
      if (table !== undefined) writes?.note(table);
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(answer);
  }
  return step.value;
}

function answerOf(database: Database, { parameters, sql }: CompiledQuery): Answer {
  const statement = statementOf(database, sql);
  return statement.reader
    ? { rows: statement.all(...parameters), changes: 0 }
    : { rows: [], changes: statement.run(...parameters).changes };
}

/** Statements that a connection keeps ready; all that the gateway has are fewer, filters of the logs aside. */
export const MAX_STATEMENTS = 400;

const ready = new WeakMap<Database, Map<string, Statement<unknown>>>();

/**
 * The prepared statement of a text, the same one again and again: to prepare costs several times what a small query does.
 * For statements that are read to their end at once; one that is iterated is prepared by who iterates it. Beyond
 * `MAX_STATEMENTS` the one that was not used for longest is let go.
 */
export function statementOf<Row>(database: Database, sql: string): Statement<Row> {
  const own = ready.get(database) ?? new Map<string, Statement<unknown>>();
  ready.set(database, own);
  const known = own.get(sql);
  own.delete(sql);
  const statement = known ?? database.prepare(sql);
  own.set(sql, statement);
  for (const oldest of own.keys()) {
    if (own.size <= MAX_STATEMENTS) break;
    own.delete(oldest);
  }
  return statement as Statement<Row>; // a cast: who wrote the text knows its rows
}
