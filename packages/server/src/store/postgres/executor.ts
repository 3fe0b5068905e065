import { type Compilable, type CompiledQuery, PostgresQueryCompiler } from 'kysely';
import type { Clock } from '../../limits/index.ts';
import { StoreError, type Vault } from '../contract.ts';
import {
  type Answer,
  type AuditChain,
  type Snapshot,
  type SqlExecutor,
  type Tables,
  tableWritten,
  type Work,
} from '../sql/index.ts';
import { UnknownKey } from '../vault.ts';
import { isReadOnly, toPostgresError } from './errors.ts';
import { type News, tellNews } from './news.ts';
import { type Pool, type PoolClient, patiently } from './pool.ts';
import { inPostgresValues, inPostgresWords } from './words.ts';

type PostgresExecutorOptions = {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly audit: AuditChain;
  readonly vault: Vault;
  /** Takes note of keys that others have made for the vault. */
  readonly followKeys: () => Work<void>;
  readonly news: News;
  /** Milliseconds that a statement may take. */
  readonly patienceMs: number;
};

/** Held by whoever writes, to the end of its transaction: then work sees what all before it did, as on SQLite. */
export const WRITER_LOCK = 0x62_6d_67_74; // "bmgt"

/** Held by the replica that writes a group of the journal, likewise. Always after that of who writes for a repository, which may take long. */
export const JOURNAL_LOCK = 0x62_6d_67_6a; // "bmgj"

/** Nobody waits for the reader but the reader, who waits for the way there and back; slow rows after quick ones are still in time. */
const PACE = { stepMs: 40, mostRows: 2_000, evenRows: 500 } as const;

const compiler = new PostgresQueryCompiler();

export function postgresExecutor(options: PostgresExecutorOptions): SqlExecutor {
  const { audit, clock, followKeys, news, patienceMs, pool, vault } = options;
  const inTurn = turns(() => clock.monotonicMs(), patienceMs);
  return {
    clock,
    pace: PACE,
    vault,
    fingerprint: (secret) => audit.fingerprint(secret),
    read: (work) => connected(pool, (client) => read(client, work, followKeys)),
    write: (work, note) =>
      inTurn(async () => {
        const written = new Set<keyof Tables>();
        const result = await connected(pool, (client) =>
          transact(client, () => following(followKeys, () => audit.noted(work, note)), written),
        );
        news.wrote(written);
        return result;
      }),
    snapshot: (read) => connected(pool, (client) => snapshot(client, read)),
    note: (act) => audit.note(act),
    databases: () => news.processes,
    watch: (tables) => news.watch(tables),
    look: () => guarded(() => news.look()),
  };
}

/** Once more, with the keys that there are by now, where one was not known. */
async function read<Result>(
  client: PoolClient,
  work: () => Work<Result>,
  followKeys: () => Work<void>,
): Promise<Result> {
  try {
    return await run(client, work());
  } catch (error) {
    if (!(error instanceof UnknownKey)) throw error;
    return run(client, following(followKeys, work));
  }
}

/** Work that opens and seals with the keys that there are when it begins. */
export function* following<Result>(followKeys: () => Work<void>, work: () => Work<Result>): Work<Result> {
  yield* followKeys();
  return yield* work();
}

/**
 * One after the other, in the order in which they were asked for: they would wait for each other in the database too, each with a
 * connection. Who has waited for as long as a statement may take is not begun with.
 */
function turns(
  nowMs: () => number,
  patienceMs: number,
): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const askedMs = nowMs();
    const turn = last.then(() => {
      if (nowMs() - askedMs <= patienceMs) return work();
      throw new StoreError('unavailable', 'Postgres does not answer in time; try again');
    });
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** All failures leave as `StoreError`. */
async function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toPostgresError(error);
  }
}

export async function connected<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  let client: PoolClient | undefined;
  let broken: Error | undefined;
  try {
    client = await pool.connect();
    return await work(client);
  } catch (error) {
    broken = error instanceof Unfinished || isReadOnly(error) ? (error as Error) : undefined; // a cast: both are errors
    throw toPostgresError(error instanceof Unfinished ? error.cause : error);
  } finally {
    client?.release(broken);
  }
}

/** A transaction that could not be taken back: its connection is not used again. */
class Unfinished extends Error {}

/** All of the work or nothing; nobody else writes meanwhile. `written` gets the tables that it writes. */
export async function transact<Result>(
  client: PoolClient,
  work: () => Work<Result>,
  written = new Set<keyof Tables>(),
): Promise<Result> {
  try {
    await client.query(beginLocked([WRITER_LOCK]));
    const result = await run(client, work(), written);
    await commit(client, [tellNews(client, written)]);
    return result;
  } catch (error) {
    await takeBack(client, error);
    throw error;
  }
}

/** A connection on which the transaction may not be over is not used again. */
export async function takeBack(client: PoolClient, cause: unknown): Promise<void> {
  try {
    await client.query('rollback');
  } catch {
    throw new Unfinished('a transaction could not be taken back', { cause });
  }
}

/**
 * Each statement behind it sees what others committed before the locks were free. Who waits for them is bounded by the time of a
 * statement, and not by what a user of the database may have for any lock: waiting in turn is no trouble.
 */
export function beginLocked(locks: readonly number[]): string {
  const begin = ['begin isolation level read committed'];
  if (locks.length > 0) begin.push('set local lock_timeout = 0');
  return [...begin, ...locks.map((lock) => `select pg_advisory_xact_lock(${lock})`)].join('; ');
}

/**
 * Commits behind what was just sent, whose answers nobody has waited for. Where one of them is an error, nothing of the transaction is
 * done; where the connection broke, nobody knows.
 */
export async function commit(
  client: Pick<PoolClient, 'query'>,
  sent: readonly Promise<unknown>[],
): Promise<void> {
  const answer = client.query('commit');
  await Promise.all([...sent, answer]);
  // So Postgres answers where something failed before.
  const { command } = await answer;
  if (command !== 'COMMIT') throw new Error(`expected a commit, found ${command}`);
}

/** Runs work to its end, statement after statement; `written` gets the tables that it writes. */
export async function run<Result>(
  client: Pick<PoolClient, 'query'>,
  work: Work<Result>,
  written?: Set<keyof Tables>,
): Promise<Result> {
  let step = work.next();
  while (step.done !== true) {
    let answer: Answer;
    try {
      const query = step.value.compile();
      answer = await answerOf(client, query);
      const table = written && tableWritten(query);
      if (table !== undefined) written?.add(table);
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(answer);
  }
  return step.value;
}

async function answerOf(client: Pick<PoolClient, 'query'>, query: CompiledQuery): Promise<Answer> {
  const { parameters, words } = inWords(query);
  const { rowCount, rows } = await client.query<Record<string, unknown>>(words, [...parameters]);
  return { rows, changes: rowCount ?? 0 };
}

/** Milliseconds for one fetch of a walk: the first sorts all rows. */
const WALK_MS = 600_000;
/** Rows of a walk that are fetched at once. */
const FETCHED_ROWS = 1_000;

/** Nobody waits for who only reads, so it may take its time. */
async function snapshot<Result>(
  client: PoolClient,
  read: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  await client.query('begin isolation level repeatable read read only');
  try {
    await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
    let cursors = 0;
    return await read({
      ask: (work) => run(client, work),
      async *walk<Row>(query: Compilable<Row>) {
        cursors += 1;
        const name = `walk_${cursors}`;
        const { parameters, words } = inWords(query.compile());
        await client.query(
          patiently(WALK_MS, { text: `declare ${name} cursor for ${words}`, values: [...parameters] }),
        );
        for (;;) {
          const { rows } = await client.query(
            patiently(WALK_MS, { text: `fetch ${FETCHED_ROWS} from ${name}` }),
          );
          yield* rows as Row[]; // a cast: who built the query knows its rows
          if (rows.length < FETCHED_ROWS) break;
        }
        await client.query(`close ${name}`);
      },
    });
  } finally {
    await client.query('rollback').catch((cause: unknown) => {
      throw new Unfinished('a transaction could not be ended', { cause });
    });
  }
}

function inWords(built: CompiledQuery): { readonly words: string; readonly parameters: readonly unknown[] } {
  const { parameters, sql } = compiler.compileQuery(built.query, built.queryId);
  const isQuestion = built.query.kind === 'SelectQueryNode';
  return { words: inPostgresWords(sql), parameters: isQuestion ? inPostgresValues(parameters) : parameters };
}
