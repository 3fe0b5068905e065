import { createHash } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { makeFolder, writePrivate } from '@boomgate/server';
import { readTextFile } from './text-file.ts';

/** What a routing did to one file, so that it can be taken back. Holds no text of the file. */
export type RouteRecord = {
  readonly client: string;
  /** When, the same for all files of one routing; milliseconds since the epoch. */
  readonly atMs: number;
  /** The real path, behind links. */
  readonly path: string;
  readonly backup: string;
  /** SHA-256 of the file before and after, hex. */
  readonly before: string;
  readonly after: string;
  /** The entries that were led elsewhere, with the SHA-256 of what each became. */
  readonly entries: readonly { readonly steps: readonly string[]; readonly digest: string }[];
  readonly grants: readonly { readonly id: string; readonly name: string; readonly tokenFile: string }[];
};
/** `storedAt`: the file that the record is in. */
export type StoredRecord = { readonly storedAt: string; readonly record: RouteRecord };

const FOLDER = 'routes';

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

/** The same for entries that say the same. */
export const digestOf = (entry: Json): string => sha256(canonicalJson(entry));

/** Keeps a record in the data folder; `place` tells the files of one routing apart. Resolves to the file that it is in. */
export async function keepRecord(data: string, record: RouteRecord, place: number): Promise<string> {
  const folder = join(data, FOLDER);
  makeFolder(folder, 0o700);
  const file = join(folder, `${record.client}-${record.atMs}-${place}.json`);
  await writePrivate(file, `${JSON.stringify(record, null, 2)}\n`);
  return file;
}

/** The records of a client's newest routing that has not been taken back; empty when there is none. */
export async function newestRecords(data: string, client: string): Promise<readonly StoredRecord[]> {
  const folder = join(data, FOLDER);
  const names = await readdir(folder).catch((): string[] => []);
  const records: StoredRecord[] = [];
  for (const name of names) {
    const read = await readTextFile(join(folder, name));
    const record = read.ok ? recordIn(read.value) : undefined;
    if (record?.client === client) records.push({ storedAt: join(folder, name), record });
  }
  const newest = Math.max(...records.map(({ record }) => record.atMs));
  return records.filter(({ record }) => record.atMs === newest);
}

export async function dropRecord(file: string): Promise<void> {
  await rm(file, { force: true });
}

/** Writes the token where the client, or its person, finds it; nobody else may read it. */
export async function keepToken(file: string, folder: string, token: string): Promise<void> {
  makeFolder(folder, 0o700);
  await rm(file, { force: true });
  await writePrivate(file, token);
}

/** A new file that others may read, such as a policy. Rejects when one of that name is there. */
export async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx' });
}

function recordIn(text: string): RouteRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value as Json)) return undefined;
  const { after, atMs, backup, before, client, entries, grants, path } = value as JsonObject;
  const isRecord =
    [client, path, backup, before, after].every((one) => typeof one === 'string') &&
    typeof atMs === 'number' &&
    Array.isArray(entries) &&
    Array.isArray(grants);
  // Written by `keepRecord` into a folder of this user's own.
  return isRecord ? (value as unknown as RouteRecord) : undefined;
}
