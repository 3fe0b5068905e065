import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { StoreError } from '../contract.ts';
import { toPostgresError } from './errors.ts';
import { WRITER_LOCK } from './executor.ts';
import { openClient } from './pool.ts';
import { schemaOf } from './schema.ts';
import { STEPS, type Step } from './steps.ts';

/** Milliseconds that a step waits for a table: who comes to it meanwhile waits behind it, and replicas wait 400. */
const LOCK_MS = 150;
/** Milliseconds until a step that found a table in use is tried again, and how often. */
const AGAIN_MS = 500;
const TRIES = 60;
/** Milliseconds until who waits for another one that migrates asks again. */
const TURN_MS = 100;
/** SQLSTATE of a lock that did not come in time. */
const LOCK_NOT_AVAILABLE = '55P03';
/** Whatever bounds its user has for others: an index of a large table takes its time, and so does who migrates first. */
const UNBOUNDED = 'set statement_timeout = 0; set lock_timeout = 0';
/** Held by whoever migrates, to the end of its connection. */
const MIGRATION_LOCK = '3853314791062309107';
/** Where the names of steps are kept, as Kysely keeps them on SQLite. */
const KEPT = `create table if not exists kysely_migration (name varchar(255) primary key, timestamp varchar(255) not null)`;

/**
 * Brings the schema up to date, step by step, each as a whole or not at all; whoever else migrates waits. Replicas that run go on
 * meanwhile. Returns the steps that were made: none where there is nothing to do. Rejects with `StoreError`: `newer_schema`,
 * `unreadable`, or `unavailable`; the steps that were made before stay.
 */
export async function migratePostgres(url: string): Promise<readonly string[]> {
  const client = openClient(url, 'boomgate migrate');
  try {
    await client.connect();
    const before = await schemaOf(client);
    if (before.missing.length === 0) return [];
    if (before.isEmpty) await requireUnicode(client);
    await client.query(UNBOUNDED);
    await takeTurn(client);
    // Whoever had the lock before may have made them.
    const { missing } = await schemaOf(client);
    if (missing.length > 0) await client.query(KEPT);
    for (const [name, step] of Object.entries(STEPS))
      if (missing.includes(name)) await make(client, { name, step, triesLeft: TRIES });
    return missing;
  } catch (error) {
    throw toPostgresError(error);
  } finally {
    await client.end();
  }
}

/** Asks again and again: an index that is made meanwhile waits for every statement that is under way, one that waits for this lock too. */
async function takeTurn(client: pg.Client): Promise<void> {
  for (;;) {
    const asked = await client.query<{ taken: boolean }>(
      `select pg_try_advisory_lock(${MIGRATION_LOCK}) as taken`,
    );
    if (asked.rows[0]?.taken === true) return;
    await wait(TURN_MS);
  }
}

/** Of another encoding a character that it has not, in the name of a tool that one agent makes up, would refuse the calls of all. */
async function requireUnicode(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ encoding: string }>('select getdatabaseencoding()::text as encoding');
  const encoding = rows[0]?.encoding;
  if (encoding === 'UTF8') return;
  const text = `expected a database in UTF8, found one in ${encoding}, which cannot keep every character; nothing was changed. Make one by: create database NAME encoding 'UTF8' template template0`;
  throw new StoreError('unreadable', text);
}

type Making = { readonly name: string; readonly step: Step; readonly triesLeft: number };

async function make(client: pg.Client, making: Making): Promise<void> {
  const { name, step, triesLeft } = making;
  try {
    if ('index' in step) await makeIndex(client, name, step);
    else await makeAtStandstill(client, name, step.statements);
  } catch (error) {
    const isInUse = error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE;
    if (!isInUse || triesLeft === 0) throw error;
    await wait(AGAIN_MS);
    await make(client, { ...making, triesLeft: triesLeft - 1 });
  }
}

/**
 * Nobody is in the middle of a write when a statement asks for its table: two that wait for each other's tables would lose every try.
 * Each group of the journal reads the head of the log first, whoever writes for a repository takes the lock of writers.
 */
async function makeAtStandstill(
  client: pg.Client,
  name: string,
  statements: readonly string[],
): Promise<void> {
  await client.query(`begin; set local lock_timeout = ${LOCK_MS}`);
  try {
    await client.query(`select pg_advisory_xact_lock(${WRITER_LOCK})`);
    const { rows } = await client.query("select 1 where to_regclass('chain_head') is not null");
    if (rows.length > 0) await client.query('lock table chain_head in access exclusive mode');
    for (const statement of statements) await client.query(statement);
    await note(client, name);
    await client.query('commit');
  } catch (error) {
    // Of a connection that is gone the server takes it back.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** In no transaction, as it waits for all that run, and nobody waits for it. One that was left half made is made anew. */
async function makeIndex(
  client: pg.Client,
  name: string,
  { index, on }: Extract<Step, { readonly index: string }>,
): Promise<void> {
  await client.query(`drop index concurrently if exists ${index}`);
  await client.query(`create index concurrently ${index} on ${on}`);
  await note(client, name);
}

async function note(client: pg.Client, name: string): Promise<void> {
  await client.query('insert into kysely_migration values ($1, $2)', [name, new Date().toISOString()]);
}
