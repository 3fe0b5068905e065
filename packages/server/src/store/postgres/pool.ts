import pg from 'pg';
import { StoreError } from '../contract.ts';
import { toPostgresError } from './errors.ts';

export type { Pool, PoolClient } from 'pg';

type PoolOptions = {
  /** `postgres://…`, with the password; also what libpq's variables say counts. */
  readonly url: string;
  readonly onWarning: (text: string) => void;
  /** In place of `LONG_PATIENCE_MS`. */
  readonly patienceMs?: number | undefined;
  /** In place of `STANDSTILL_MS`. */
  readonly standstillMs?: number | undefined;
};

/** Connections at once: what a replica does at one time is short, and Postgres has few to give. */
const MAX_CONNECTIONS = 10;
/** Milliseconds for a connection, and for a statement, until whoever waits is told that the store does not answer. */
export const PATIENCE_MS = 400;
/** As before, for somebody who has time: a command line, or who has the database for themselves. */
export const LONG_PATIENCE_MS = 5_000;
/** Milliseconds beyond that for the answer to come. */
const ANSWER_MS = 50;
/** Milliseconds that a transaction may wait for its next statement. */
const STANDSTILL_MS = 2_000;
/** Milliseconds after which a connection that nobody used is closed. */
const IDLE_MS = 30_000;
/** Object id of `bigint`, which the driver gives as a text. */
const INT8 = 20;
const TYPES = new pg.TypeOverrides();
// Whole numbers of this store are milliseconds and counts, far below 2^53.
TYPES.setTypeParser(INT8, Number);

/** Connects when somebody asks first. An idle connection that breaks is a warning: the next question makes another. */
export function openPool({
  onWarning,
  patienceMs = LONG_PATIENCE_MS,
  standstillMs = STANDSTILL_MS,
  url,
}: PoolOptions): pg.Pool {
  const follow = following(onWarning, patienceMs);
  const pool = new pg.Pool({
    Client: PromptClient,
    connectionString: checkedUrl(url),
    application_name: 'boomgate',
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: patienceMs,
    statement_timeout: patienceMs,
    query_timeout: patienceMs + ANSWER_MS,
    // One that stands still in the middle of a transaction keeps others from what it locked.
    idle_in_transaction_session_timeout: standstillMs,
    idleTimeoutMillis: IDLE_MS,
    // What is asked without waiting is sent without waiting. A question that is not answered in time costs the connection.
    pipeline: true,
    types: TYPES,
    onConnect: (client: pg.ClientBase) => follow(client as PromptClient), // a cast: the pool makes no others
  });
  // Whoever uses a connection that breaks is told by what they asked.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) => onWarning(`a connection to Postgres broke: ${error.message}`));
  return pool;
}

/**
 * Which process of Postgres answers, in SQL: another one may be a standby that lagged when it took over, and lack what was the newest of
 * the one before.
 */
export const PROCESS = 'extract(epoch from pg_postmaster_start_time())::text';

/**
 * For each new connection: where it leads to another process of Postgres than those before, it is the address that moved, and they are cut.
 * They may stay open for long, to one that takes no changes any more, or whose changes are lost.
 */
function following(warn: PoolOptions['onWarning'], patienceMs: number) {
  const open = new Set<PromptClient>();
  let newest: string | undefined;
  return async (client: PromptClient): Promise<void> => {
    const leftMs = patienceMs + ANSWER_MS - (performance.now() - client.madeMs);
    const question = patiently(Math.max(1, leftMs), { text: `select ${PROCESS} as process` });
    const { rows } = await client.query<{ process: string }>(question);
    const process = rows[0]?.process;
    const hasMoved = newest !== undefined && newest !== process && open.size > 0;
    newest = process;
    if (hasMoved) {
      warn('the address of Postgres leads to another one now; connections to the one before are given up');
      for (const earlier of open) earlier.cut();
    }
    open.add(client);
    client.once('end', () => open.delete(client));
  };
}

type Told = (error: Error) => void;
type ToldOrGiven = Told | ((error: null, client: pg.Client) => void);

/**
 * The driver keeps the connection of a client that could not sign in, and with it a place of Postgres', for a minute; and one that it
 * ends until Postgres does too, which keeps the process where Postgres stands still.
 */
class PromptClient extends pg.Client {
  readonly madeMs = performance.now();

  /** At once: what becomes of all that is under way nobody knows. */
  cut(): void {
    this.connection.stream.destroy();
  }

  override end(): Promise<void>;
  override end(told: (error: Error) => void): void;
  override end(told?: (error: Error) => void): Promise<void> | undefined {
    // Looked up late: TLS puts another stream in the place of the first.
    setTimeout(() => this.connection.stream.destroy(), PATIENCE_MS).unref();
    if (told === undefined) return super.end();
    super.end(told);
    return undefined;
  }

  override connect(): Promise<pg.Client>;
  override connect(told: ToldOrGiven): void;
  override connect(told?: ToldOrGiven): Promise<pg.Client> | undefined {
    if (told === undefined) return super.connect();
    super.connect((error: Error) => {
      if (error) void this.end();
      (told as Told)(error); // a cast: a pool's own wants no client
    });
    return undefined;
  }
}

/** One connection, without bounds of time for what it is asked: for who has the database for themselves. */
export function openClient(url: string, name: string): pg.Client {
  const client = newClient({
    connectionString: checkedUrl(url),
    application_name: name,
    connectionTimeoutMillis: LONG_PATIENCE_MS,
    types: TYPES,
  });
  // Who asks next is told.
  client.on('error', () => undefined);
  return client;
}

/** A file that the address names, as of an authority, may not be there. */
function newClient(config: pg.ClientConfig): pg.Client {
  try {
    return new PromptClient(config);
  } catch (error) {
    throw toPostgresError(error);
  }
}

/** An address of a database; throws `unavailable` for anything else, and does not repeat it, as it may hold a password. */
function checkedUrl(url: string): string {
  if (URL.canParse(url) && /^postgres(?:ql)?:$/.test(new URL(url).protocol)) return url;
  const text =
    'expected the address of a database such as postgres://boomgate@db.example.com/boomgate, found something else (it is not repeated, as it may hold a password)';
  throw new StoreError('unavailable', text);
}

/** A question whose answer may take longer, as far as the driver goes. Its types leave the setting out. */
export function patiently(ms: number, query: pg.QueryConfig): pg.QueryConfig {
  return { ...query, query_timeout: ms } as pg.QueryConfig;
}
