import { sql } from 'kysely';
import type {
  ChainHead,
  ChainReport,
  DecisionLog,
  Expired,
  ExpireOptions,
  LogEntry,
  LogFilter,
  OutcomeRow,
  Page,
} from '../contract.ts';
import { decodeEntry, decodeOutcome, type LogRecord } from '../sql/index.ts';
import { build } from '../sql/tables.ts';
import { decisionChain } from './chain/stored.ts';
import { toStoreError } from './errors.ts';
import type { LogOptions } from './log-options.ts';
import { stepQuery } from './log-query.ts';
import { checkSpan, MAX_LOOKED_AT, readPage, type Step, spanOf, type Walkable } from './pages.ts';
import { expireDecisions } from './retention/decisions.ts';
import { rows } from './statements.ts';
import { verifyStored } from './verify-stored.ts';

/** Cursors of one question: as many as a stream follows, and a bound on the statement. */
const MOST_OUTCOMES = 1_000;

/** Reads the log through its cursor alone: further indexes would cost every call, a scan costs only who asks. */
export class SqliteDecisionLog implements DecisionLog {
  readonly #options: LogOptions;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  verify(known?: ChainHead): Promise<ChainReport> {
    const { file, sealKey } = this.#options;
    return verifyStored(file, sealKey, (database) => decisionChain(database, known));
  }

  async query(filter: LogFilter): Promise<readonly LogEntry[]> {
    return (await this.#read(filter, Number.POSITIVE_INFINITY)).entries;
  }

  page(filter: LogFilter): Promise<Page<LogEntry>> {
    return this.#read(filter, MAX_LOOKED_AT);
  }

  async outcomes(cursors: readonly number[]): Promise<ReadonlyMap<number, OutcomeRow>> {
    if (cursors.length > MOST_OUTCOMES)
      throw new RangeError(`expected at most ${MOST_OUTCOMES} cursors, found ${cursors.length}`);
    const { database, file } = this.#options;
    const query = build
      .selectFrom('outcomes')
      .select(['decision', 'entry'])
      // One text however many there are, which stays prepared.
      .where('decision', 'in', sql<number>`(select value from json_each(${JSON.stringify(cursors)}))`);
    try {
      return new Map(
        rows(database, query).map(({ decision, entry }) => [decision, decodeOutcome(entry, decision)]),
      );
    } catch (error) {
      throw toStoreError(error, file);
    }
  }

  async expire(beforeMs: number, options: ExpireOptions = {}): Promise<Expired> {
    try {
      return await expireDecisions(this.#options, { ...options, beforeMs });
    } catch (error) {
      throw toStoreError(error, this.#options.file);
    }
  }

  async #read(filter: LogFilter, mostRows: number): Promise<Page<LogEntry>> {
    checkSpan(filter);
    try {
      return await readPage(this.#walkable(filter), filter, mostRows);
    } catch (error) {
      throw toStoreError(error, this.#options.file);
    }
  }

  #walkable(filter: LogFilter): Walkable<LogEntry> {
    const { database } = this.#options;
    return {
      ...spanOf(database, 'decisions', 'cursor'),
      step: (step: Step) => rows<LogRecord>(database, stepQuery(filter, step)).map(decodeEntry),
    };
  }
}
