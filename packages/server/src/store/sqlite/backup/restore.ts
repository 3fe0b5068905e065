import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clock } from '../../../limits/index.ts';
import {
  type Actor,
  type ChainReport,
  FIRST_ORGANIZATION,
  type GrantRecord,
  StoreError,
} from '../../contract.ts';
import { acceptanceCode } from '../../sql/index.ts';
import { openDatabase, transact } from '../driver.ts';
import { toStoreError } from '../errors.ts';
import {
  DATABASE_FILE,
  dropStages,
  giveFileToOwner,
  MOVED_FILE,
  MOVING_FILE,
  PRIVATE_DIRECTORY_MODE,
  PRIVATE_FILE_MODE,
  prepareDirectory,
  RESTORING_FILE,
  STAGE_PREFIX,
  stagesIn,
} from '../files.ts';
import { KEYS_FILE } from '../keys-file.ts';
import { SqliteLedgerClock } from '../ledger-clock.ts';
import { LOCK_FILE, lockDirectory } from '../lock.ts';
import { migrate } from '../migrate.ts';
import { openSqliteStore } from '../open.ts';
import { damaged, type Manifest } from './manifest.ts';
import { unpack } from './unpack.ts';

const SAVED_PREFIX = 'before-restore-';
/** What makes up a store; everything else in the directory stays as it is. */
const STORE_FILES = [DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`, KEYS_FILE] as const;

export type RestoreOptions = {
  readonly file: string;
  readonly passphrase?: string;
  /** Made when absent. */
  readonly directory: string;
  readonly clock: Clock;
  /** Where the keys in the backup are sealed. */
  readonly masterKey?: string | undefined;
  readonly by: Actor;
  /** A directory that is not empty is restored into: its store is kept in a folder inside of it. */
  readonly force: boolean;
  /** Takes the counters as they were, so that what was taken after the backup can be taken once more. */
  readonly keepCounters: boolean;
  /** Restores a log that does not verify; it is as bad as it was when it was backed up. */
  readonly acceptFindings: boolean;
};

export type RestoreReport = {
  readonly madeAtMs: number;
  readonly version: string;
  /** Where the store that was there before is now. */
  readonly saved?: string;
  /** What was there had been moved into a database, which goes on by itself. */
  readonly wasMoved?: true;
  readonly decisions: ChainReport;
  readonly audit: ChainReport;
  /** False when findings kept it from being restored. */
  readonly restored: boolean;
  readonly grants: Readonly<Record<GrantRecord['state'], number>>;
};

/**
 * Puts a backup in the place of a data directory's store. Everything is unpacked and checked beside it first: every byte, the
 * database's own structure, its schema, its keys and both chains. Rejects with `StoreError` and changes nothing when a gateway
 * uses the directory, when it is not empty, or when the backup is not whole.
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreReport> {
  const directory = resolve(options.directory);
  const file = resolve(options.file);
  if (!existsSync(file)) throw new StoreError('unavailable', `${file} does not exist`);
  refuseOccupied(directory, options.force);
  prepareDirectory(directory);
  const lock = lockDirectory(directory, () => undefined);
  dropStages(directory);
  const stage = join(directory, `${STAGE_PREFIX}${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(stage, { mode: PRIVATE_DIRECTORY_MODE });
    const manifest = await unpack(file, stage, options.passphrase);
    const checked = await check(stage, manifest, options);
    if (!checked.restored) return checked;
    const wasMoved = existsSync(join(directory, MOVED_FILE));
    const saved = await exchange(directory, stage, options.clock.wallMs());
    return { ...checked, ...(saved === undefined ? {} : { saved }), ...(wasMoved ? { wasMoved } : {}) };
  } catch (error) {
    throw ofBackup(toStoreError(error, file), stage);
  } finally {
    await rm(stage, { recursive: true, force: true });
    lock.close();
  }
}

/** Nobody has seen the folder in which it was unpacked, and it is gone. */
function ofBackup(error: StoreError, stage: string): StoreError {
  const message = error.message.replaceAll(join(stage, '/'), "the backup's ");
  return message === error.message ? error : new StoreError(error.code, message, { cause: error });
}

function refuseOccupied(directory: string, force: boolean): void {
  if (force || !existsSync(directory)) return;
  const left = new Set([LOCK_FILE, ...stagesIn(directory)]);
  const there = readdirSync(directory).filter((name) => !left.has(name));
  if (there.length === 0) return;
  const text = `${directory} is not empty: choose another directory with --data, or restore into it with --force, which keeps the store that is there in a folder`;
  throw new StoreError('conflict', text);
}

/**
 * Brings the unpacked store up to date, opens it, walks its chains and leaves a row. Calls that were under way get their
 * outcome from the next gateway, so that the chain that is reported is the one that was backed up.
 */
async function check(stage: string, manifest: Manifest, options: RestoreOptions): Promise<RestoreReport> {
  const { acceptFindings, by, clock, keepCounters } = options;
  await prepare(join(stage, DATABASE_FILE));
  const onWarning = (): void => undefined;
  const place = { directory: stage, clock, onWarning, masterKey: options.masterKey };
  const store = await openSqliteStore({ ...place, synchronous: 'full', as: 'writer' });
  try {
    const decisions = await store.decisions.verify();
    const audit = await store.audit.verify();
    const { madeAtMs, version } = manifest;
    // What was looked into before the backup needs no second look.
    const isSound = acceptanceCode({ decisions, audit }) === undefined;
    const grants = countStates(await store.grants.list());
    const report = { madeAtMs, version, decisions, audit, grants };
    if (!isSound && !acceptFindings) return { ...report, restored: false };
    await store.audit.record({
      organization: FIRST_ORGANIZATION,
      actor: by,
      action: 'store.restored',
      target: { kind: 'store', id: 'store', name: 'store' },
      after: { madeAtMs, version, keepCounters, findings: decisions.findings.length + audit.findings.length },
    });
    if (!keepCounters) raiseFloor(join(stage, DATABASE_FILE), clock);
    return { ...report, restored: true };
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

async function prepare(file: string): Promise<void> {
  const database = openDatabase(file, { readOnly: false, busyTimeoutMs: 0 });
  try {
    const found = database.pragma('integrity_check(1)', { simple: true });
    if (found !== 'ok') throw damaged(`its database is not whole (${String(found)})`);
    await migrate(database, file);
  } finally {
    database.close();
  }
}

/** From now on counters know what they hold; of the time before nobody does. */
function raiseFloor(file: string, clock: Clock): void {
  const database = openDatabase(file, { readOnly: false, busyTimeoutMs: 1_000 });
  try {
    const ledger = new SqliteLedgerClock(clock, database);
    transact(database, () => {
      ledger.save();
      database.prepare('insert or replace into ledger_floor (id, at) values (1, ?)').run(ledger.now());
    });
  } finally {
    database.close();
  }
}

/** While the files are exchanged no gateway opens the directory; one that died on the way is told so. */
async function exchange(directory: string, stage: string, nowMs: number): Promise<string | undefined> {
  const there = STORE_FILES.filter((name) => existsSync(join(directory, name)));
  await (await open(join(directory, RESTORING_FILE), 'w', PRIVATE_FILE_MODE)).close();
  await synchronise(directory);
  let saved: string | undefined;
  if (there.length > 0) {
    const moment = new Date(nowMs).toISOString().replace(/[:.]/g, '-');
    saved = join(directory, `${SAVED_PREFIX}${moment}-${randomBytes(3).toString('hex')}`);
    await mkdir(saved, { mode: PRIVATE_DIRECTORY_MODE });
    giveFileToOwner(saved, directory);
    for (const name of there) await rename(join(directory, name), join(saved, name));
  }
  for (const name of STORE_FILES)
    if (existsSync(join(stage, name))) {
      giveFileToOwner(join(stage, name), directory);
      await rename(join(stage, name), join(directory, name));
    }
  await synchronise(directory);
  // They are about what was there, so that no gateway goes on with that.
  for (const name of [MOVED_FILE, MOVING_FILE]) {
    const mark = join(directory, name);
    if (saved !== undefined && existsSync(mark)) await rename(mark, join(saved, name));
    await rm(mark, { force: true });
  }
  await rm(join(directory, RESTORING_FILE));
  await synchronise(directory);
  return saved;
}

/** Makes the names of a directory's files durable, where the system can. */
async function synchronise(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function countStates(grants: readonly GrantRecord[]): RestoreReport['grants'] {
  const count = (wanted: GrantRecord['state']): number =>
    grants.filter(({ state }) => state === wanted).length;
  return { active: count('active'), paused: count('paused'), revoked: count('revoked') };
}
