import { stat } from 'node:fs/promises';
import type { Parsed } from '../endpoint.ts';
import { readTextFile, writeTextFile } from './text-file.ts';

/** How far a log was written. */
export type Progress = {
  /** Everything up to this row was written, */
  readonly after: number;
  /** whose id this is; absent where none was, and in files of earlier versions, */
  readonly id?: string;
  /** but for these, which were not over then. */
  readonly underWay: readonly number[];
};

export type LogName = 'decisions' | 'audit';

/** What an earlier run left; without a file, that nothing was written. */
export async function readProgress(file: string, log: LogName): Promise<Parsed<Progress>> {
  if ((await stat(file).catch(() => undefined)) === undefined)
    return { ok: true, value: { after: 0, underWay: [] } };
  const read = await readTextFile(file);
  if (!read.ok) return read;
  const kept = parse(read.value);
  const wanted = `expected a file that --cursor-file made of the ${log} log`;
  const mend = 'name another file, which begins with the oldest row';
  if (kept === undefined) return { ok: false, message: `${file}: ${wanted}, found something else: ${mend}` };
  if (kept.log !== log)
    return { ok: false, message: `${file}: ${wanted}, found one of the other log: ${mend}` };
  return { ok: true, value: kept };
}

export function writeProgress(file: string, log: LogName, progress: Progress): Promise<Parsed<string>> {
  return writeTextFile(file, `${JSON.stringify({ log, ...progress })}\n`);
}

function parse(text: string): (Progress & { readonly log: unknown }) | undefined {
  try {
    const { after, id, log, underWay } = JSON.parse(text) as Record<string, unknown>; // a cast: each is looked at
    if (!isCursor(after) || !Array.isArray(underWay) || !underWay.every(isCursor)) return undefined;
    return { after, log, underWay, ...(typeof id === 'string' ? { id } : {}) };
  } catch {
    return undefined;
  }
}

const isCursor = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
