import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { PS_MS } from '../bounds.ts';

/** A process of this machine, as the system lists it. */
export type Process = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Bytes; what several processes share counts for each. Only where `ps` lists them: see `residentBytes`. */
  readonly residentBytes?: number;
};

const isLinux = process.platform === 'linux';
const KIB = 1024;

/** All processes; none where the system tells nothing of them, as on Windows. */
export async function processTable(): Promise<readonly Process[]> {
  if (isLinux) return readProc();
  return process.platform === 'win32' ? [] : readPs();
}

/** A process and what it started: its group, and everything below it in other groups. */
export function familyOf(root: number, table: readonly Process[]): readonly Process[] {
  const inside = new Set([root, ...table.filter(({ group }) => group === root).map(({ pid }) => pid)]);
  for (let before = 0; before < inside.size; ) {
    before = inside.size;
    for (const { pid, parent } of table) if (inside.has(parent)) inside.add(pid);
  }
  return table.filter(({ pid }) => inside.has(pid));
}

/** Bytes of a process in memory; 0 when it is gone. */
export async function residentBytes({ pid, residentBytes: listed }: Process): Promise<number> {
  if (listed !== undefined) return listed;
  const status = await read(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * KIB;
}

/** Whether a variable of the process has this value, or a path below it. Only Linux tells. */
export async function isMarked(pid: number, mark: string): Promise<boolean> {
  if (!isLinux) return false;
  const variables = (await read(`/proc/${pid}/environ`)).split('\0');
  return variables.some((one) => {
    const value = one.slice(one.indexOf('=') + 1);
    return value === mark || value.startsWith(`${mark}/`);
  });
}

async function readProc(): Promise<readonly Process[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid): Promise<readonly Process[]> => {
      const stat = await read(`/proc/${pid}/stat`);
      // The name stands in parentheses and may hold some itself: state, parent and group follow the last.
      const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return parent === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), group: Number(group) }];
    }),
  );
  return found.flat();
}

function readPs(): Promise<readonly Process[]> {
  return new Promise((resolve) => {
    const columns = ['-A', '-o', 'pid=,ppid=,pgid=,rss='];
    execFile('/bin/ps', columns, { env: {}, timeout: PS_MS }, (_error, text) => {
      const rows = text.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
      resolve(
        rows.flatMap(([pid, parent, group, kib]) =>
          pid === undefined || parent === undefined || group === undefined || kib === undefined
            ? []
            : [{ pid, parent, group, residentBytes: kib * KIB }],
        ),
      );
    });
  });
}

/** What is gone reads as nothing. */
function read(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}
