import type { Compilable } from 'kysely';
import { type Answer, tableWritten, type Work, type Writes } from '../sql/index.ts';
import type { Database } from './driver.ts';
import { statementOf } from './statements.ts';

/** Runs work to its end at once, in the transaction that is open, if one is. */
export function runNow<Result>(database: Database, work: Work<Result>, writes?: Writes): Result {
  let step = work.next();
  while (step.done !== true) {
    const query = step.value;
    let answer: Answer;
    try {
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

function answerOf(database: Database, query: Compilable): Answer {
  const { sql, parameters } = query.compile();
  const statement = statementOf(database, sql);
  return statement.reader
    ? { rows: statement.all(...parameters), changes: 0 }
    : { rows: [], changes: statement.run(...parameters).changes };
}
