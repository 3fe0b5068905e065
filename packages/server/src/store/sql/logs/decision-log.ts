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
} from '../../contract.ts';
import { decisionChain } from '../chain/stored.ts';
import { verifyChain } from '../chain/verify.ts';
import { decodeEntry, decodeOutcome } from '../log-rows.ts';
import { expireDecisions } from '../retention/index.ts';
import { MAX_LOOKED_AT } from '../step-length.ts';
import { build } from '../tables.ts';
import { all } from '../work.ts';
import { aboutMoment, momentOfId } from './about-moment.ts';
import { stepQuery } from './decision-query.ts';
import type { LogOptions } from './options.ts';
import { checkSpan, readPage, type Step, spanOf, type Walkable } from './pages.ts';

/** Cursors of one question: as many as a stream follows, and a bound on the statement. */
const MOST_OUTCOMES = 1_000;

/** Reads the log through its cursor alone: further indexes would cost every call, a scan costs only who asks. */
export class SqlDecisionLog implements DecisionLog {
  readonly #options: LogOptions;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  verify(known?: ChainHead): Promise<ChainReport> {
    const { executor, sealKey } = this.#options;
    const key = sealKey();
    return executor.snapshot(async (snapshot) => verifyChain(await decisionChain(snapshot, key, known), key));
  }

  async query(filter: LogFilter): Promise<readonly LogEntry[]> {
    const table = await this.#table(filter);
    const near = filter.id === undefined ? [] : await this.#near(table, filter, filter.id);
    return near.length > 0 ? near : (await readPage(table, filter, Number.POSITIVE_INFINITY)).entries;
  }

  async page(filter: LogFilter): Promise<Page<LogEntry>> {
    return readPage(await this.#table(filter), filter, MAX_LOOKED_AT);
  }

  async outcomes(cursors: readonly number[]): Promise<ReadonlyMap<number, OutcomeRow>> {
    if (cursors.length > MOST_OUTCOMES)
      throw new RangeError(`expected at most ${MOST_OUTCOMES} cursors, found ${cursors.length}`);
    if (cursors.length === 0) return new Map();
    const found = build
      .selectFrom('outcomes')
      .select(['decision', 'entry'])
      .where('decision', 'in', padded(cursors));
    const rows = await this.#options.executor.read(() => all(found));
    return new Map(rows.map(({ decision, entry }) => [decision, decodeOutcome(entry, decision)]));
  }

  async expire(beforeMs: number, options: ExpireOptions = {}): Promise<Expired> {
    return expireDecisions(this.#options, { ...options, beforeMs });
  }

  async #table(filter: LogFilter): Promise<Walkable<LogEntry>> {
    checkSpan(filter);
    const { executor } = this.#options;
    const step = async (one: Step) =>
      (await executor.read(() => all(stepQuery(filter, one)))).map(decodeEntry);
    return { ...(await spanOf(executor, 'decisions')), step };
  }

  /** The row of an id where it should stand by the moment that the id names. */
  async #near(table: Walkable<LogEntry>, filter: LogFilter, id: string): Promise<readonly LogEntry[]> {
    const atMs = momentOfId(id);
    if (atMs === undefined) return [];
    const part = { ...table, ...(await aboutMoment(this.#options.executor, table, atMs)) };
    return (await readPage(part, filter, Number.POSITIVE_INFINITY)).entries;
  }
}

/** As many as the next power of two, so that there are few texts of the statement, which stay prepared. */
function padded(cursors: readonly number[]): number[] {
  const length = 2 ** Math.ceil(Math.log2(cursors.length));
  return Array.from({ length }, (_, at) => cursors[at] ?? cursors[0] ?? 0);
}
