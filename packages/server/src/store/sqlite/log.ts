import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { ChainHead, ChainReport, DecisionLog, DecisionRow, LogEntry, LogFilter } from '../contract.ts';
import { verifyChain } from './chain/verify.ts';
import { type Database, openDatabase } from './driver.ts';
import { toStoreError } from './errors.ts';
import { decodeEntry, type LogRecord } from './rows.ts';
import { build, rows } from './tables.ts';

/** Rows that one statement looks at; between two of them other work gets its turn, and the file may checkpoint. */
const STEP_ROWS = 20_000;
const MAX_LIMIT = 10_000;
const VERIFY_BUSY_MS = 5_000;

/** Reads the log through its cursor alone: further indexes would cost every call, a scan costs only who asks. */
export class SqliteDecisionLog implements DecisionLog {
  readonly #database: Database;
  readonly #file: string;
  readonly #sealKey: () => Buffer;

  constructor(
    database: Database,
    { file, sealKey }: { readonly file: string; readonly sealKey: () => Buffer },
  ) {
    this.#database = database;
    this.#file = file;
    this.#sealKey = sealKey;
  }

  async verify(known?: ChainHead): Promise<ChainReport> {
    let own: Database | undefined;
    try {
      // A connection of its own: the walk takes long, and the journal's connection is never kept waiting.
      own = openDatabase(this.#file, { readOnly: true, busyTimeoutMs: VERIFY_BUSY_MS });
      return await verifyChain(own, this.#sealKey(), known);
    } catch (error) {
      throw toStoreError(error, this.#file);
    } finally {
      own?.close();
    }
  }

  async query(filter: LogFilter): Promise<readonly LogEntry[]> {
    const { limit } = filter;
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
      throw new RangeError(`expected a limit from 1 to ${MAX_LIMIT}, found ${limit}`);
    try {
      const { lowest, highest } = this.#span();
      if (filter.after !== undefined)
        return await this.#ascending(filter, Math.max(filter.after, lowest - 1), highest);
      return (await this.#descending(filter, lowest, highest)).reverse();
    } catch (error) {
      throw toStoreError(error, this.#file);
    }
  }

  async #ascending(filter: LogFilter, after: number, highest: number): Promise<LogEntry[]> {
    const found: LogEntry[] = [];
    for (let from = after + 1; from <= highest; from += STEP_ROWS) {
      if (from > after + 1) await nextTurn();
      const to = Math.min(from + STEP_ROWS - 1, highest);
      found.push(...this.#step(filter, { from, to, order: 'asc', room: filter.limit - found.length }));
      if (found.length >= filter.limit) break;
    }
    return found;
  }

  async #descending(filter: LogFilter, lowest: number, highest: number): Promise<LogEntry[]> {
    const found: LogEntry[] = [];
    for (let to = highest; to >= lowest; to -= STEP_ROWS) {
      if (to < highest) await nextTurn();
      const from = Math.max(to - STEP_ROWS + 1, lowest);
      found.push(...this.#step(filter, { from, to, order: 'desc', room: filter.limit - found.length }));
      if (found.length >= filter.limit) break;
    }
    return found;
  }

  #span(): { lowest: number; highest: number } {
    const query = build
      .selectFrom('decisions')
      .select([
        sql<number | null>`(select min(cursor) from decisions)`.as('lowest'),
        sql<number | null>`(select max(cursor) from decisions)`.as('highest'),
      ])
      .limit(1);
    const [span] = rows(this.#database, query);
    return { lowest: span?.lowest ?? 1, highest: span?.highest ?? 0 };
  }

  #step(filter: LogFilter, step: Step): LogEntry[] {
    return rows<LogRecord>(this.#database, stepQuery(filter, step)).map(decodeEntry);
  }
}

type Step = {
  readonly from: number;
  readonly to: number;
  readonly order: 'asc' | 'desc';
  readonly room: number;
};

function stepQuery(filter: LogFilter, { from, to, order, room }: Step) {
  const { server, grant, target, method, outcome, sinceMs, untilMs } = filter;
  return build
    .selectFrom('decisions')
    .innerJoin('callers', 'callers.id', 'decisions.caller')
    .leftJoin('outcomes', 'outcomes.decision', 'decisions.cursor')
    .select([
      'cursor',
      'decisions.entry',
      'outcomes.entry as outcome_entry',
      'organization',
      'server',
      'grant_id',
      'grant_name',
      'session',
      'era',
      'protocol',
      'client',
      'policy',
      'policy_version',
      'mode',
    ])
    .where('cursor', '>=', from)
    .where('cursor', '<=', to)
    .$if(server !== undefined, (query) => query.where('server', '=', server ?? ''))
    .$if(grant !== undefined, (query) =>
      query.where((either) =>
        either.or([either('grant_id', '=', grant ?? ''), either('grant_name', '=', grant ?? '')]),
      ),
    )
    .$if(target !== undefined, (query) => query.where(inEntry('target'), '=', target ?? ''))
    .$if(method !== undefined, (query) => query.where(inEntry('method'), '=', method ?? ''))
    .$if(outcome !== undefined, (query) => query.where(inEntry('outcome'), '=', outcome ?? ''))
    .$if(sinceMs !== undefined, (query) => query.where(inEntry('atMs'), '>=', sinceMs ?? 0))
    .$if(untilMs !== undefined, (query) => query.where(inEntry('atMs'), '<=', untilMs ?? 0))
    .orderBy('cursor', order)
    .limit(room);
}

/** A fact of a decision; none where somebody left an entry that is not JSON. */
function inEntry(key: keyof DecisionRow) {
  return sql<
    string | number | null
  >`case when json_valid(decisions.entry) then decisions.entry ->> ${sql.lit(key)} end`;
}
