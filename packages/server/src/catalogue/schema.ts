import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Database, openDatabase, prepareDirectory, prepareFile, StoreError } from '../store/index.ts';
import { BUSY_MS } from './bounds.ts';

/** Counts up when the tables change; what is in the file can be imported again, so it is made anew then. */
const REVISION = 1;

/**
 * The words of names stand apart from all words, since the lists of the latter are long for words such as "the". Rowids are
 * ids; a class is one of the words, so that a rare class among common words is found by intersection. `ascii` leaves words
 * as `words.ts` made them; lists without places (`detail=none`) are short, and the beginnings of words have lists too.
 */
const TABLES = `
create table meta (key text primary key, value text not null) without rowid;
create table servers (
  id integer primary key,
  slug text not null unique,
  name text not null,
  key text not null,
  title text,
  description text,
  package text,
  version text,
  licence text,
  repository text,
  scanned text,
  source text not null,
  grade text,
  tools integer,
  counts text,
  first integer,
  last integer
);
create index servers_by_key on servers (key);
create index servers_by_package on servers (package);
create table definitions (server integer primary key, packed blob not null);
create table tools (
  id integer primary key,
  server integer not null,
  name text not null,
  key text not null,
  length integer not null,
  class integer not null,
  confidence real not null,
  signals text not null,
  summary text not null
);
create index tools_by_key on tools (key);
${['server_names', 'server_words', 'tool_names', 'tool_words']
  .map(
    (name) =>
      `create virtual table ${name} using fts5 (words, content='', contentless_delete=1, detail=none, prefix='2 3 4 5 6', tokenize='ascii');`,
  )
  .join('\n')}
`;

/** Opens the file to write, making it and its tables where they are absent. Throws `StoreError`. */
export function openToWrite(file: string): Database {
  prepareDirectory(dirname(file));
  prepareFile(file, () => {});
  const database = openDatabase(file, { readOnly: false, busyTimeoutMs: BUSY_MS });
  try {
    database.pragma('journal_mode = wal');
    database.pragma('synchronous = normal');
    database.pragma('cache_size = -65536');
    prepareTables(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens the file to read; undefined when there is nothing that this program made in it. */
export function openToRead(file: string): Database | undefined {
  if (!existsSync(file)) return undefined;
  const database = openDatabase(file, { readOnly: true, busyTimeoutMs: BUSY_MS });
  if (revisionOf(database) === REVISION) {
    database.pragma('cache_size = -65536');
    database.pragma('mmap_size = 1073741824');
    return database;
  }
  database.close();
  return undefined;
}

function prepareTables(database: Database, file: string): void {
  database.exec('begin immediate');
  const revision = revisionOf(database);
  const isEmpty = database.prepare('select 1 from sqlite_schema limit 1').get() === undefined;
  if (revision === 0 && isEmpty) database.exec(`${TABLES} pragma user_version = ${REVISION}`);
  database.exec('commit');
  if (revision === REVISION || (revision === 0 && isEmpty)) return;
  const made = revision > REVISION ? 'by a newer version of boomgate' : 'by another program';
  throw new StoreError(
    'newer_schema',
    `${file} was made ${made}; nothing was changed. Move it away to start afresh, or choose another folder with --data`,
  );
}

function revisionOf(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}
