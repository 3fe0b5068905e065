import { MEMORY_POLL_MS, STRAY_ROUNDS, TERMINATE_GRACE_MS } from '../bounds.ts';
import type { Clock } from '../clock.ts';
import type { Confinement } from '../contract.ts';
import type { Child, ChildEvents } from './child.ts';
import { familyOf, isMarked, processTable, residentBytes } from './process-table.ts';

export type ConfinedOutput = {
  readonly confinement: Confinement;
  readonly child: () => Child | undefined;
  /** Lines so far that were no messages. */
  readonly noise: () => number;
};

/** The same events, of a process whose output is counted, and after which nothing may be left running. */
export function confinedEvents(events: ChildEvents, output: ConfinedOutput): ChildEvents {
  const { confinement, child, noise } = output;
  const { outputBytes, report, mark } = confinement;
  let bytes = 0;
  const isOver = (line: string): boolean => {
    const wasOver = bytes > outputBytes;
    bytes += line.length + 1;
    if (bytes <= outputBytes) return false;
    if (!wasOver) {
      report({ kind: 'over', limit: 'output' });
      child()?.kill(`was killed because it wrote more than ${outputBytes} bytes`);
    }
    return true;
  };
  return {
    onLine(line) {
      if (isOver(line)) return;
      const before = noise();
      events.onLine(line);
      if (noise() > before) report({ kind: 'noise' });
    },
    onStderr(line) {
      if (!isOver(line)) events.onStderr(line);
    },
    onTooLong: () => report({ kind: 'over', limit: 'output' }),
    onGone: () => endStrays(mark),
  };
}

const USED_UP = 'was ended because its time was used up';

/** Watches a process from its start to its end: its memory, and whether its time is over. */
export function supervise(child: Child, confinement: Confinement, clock: Clock): void {
  const { signal, report } = confinement;
  report({ kind: 'started' });
  let cancelKill = () => {};
  const onAbort = () => {
    child.terminate(USED_UP);
    cancelKill = clock.after(TERMINATE_GRACE_MS, () => child.kill(USED_UP));
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const stopWatching = watchMemory(child, confinement, clock);
  void child.exited.then((how) => {
    stopWatching();
    cancelKill();
    signal.removeEventListener('abort', onAbort);
    report({ kind: 'ended', how });
  });
}

/** Looks again and again; what grows between two looks is not seen in time, so that they are close together. */
function watchMemory(child: Child, confinement: Confinement, clock: Clock): () => void {
  const { memoryBytes, mark, report } = confinement;
  const { pid } = child;
  if (pid === undefined) return () => {};
  const known = new Map<number, boolean>();
  let cancel = () => {};
  let isOver = false;
  const look = async () => {
    const bytes = await memoryOf(pid, mark, known);
    if (isOver) return;
    if (bytes > memoryBytes) {
      isOver = true;
      report({ kind: 'over', limit: 'memory' });
      child.kill(`was killed because it used more than ${memoryBytes} bytes of memory`);
    } else {
      cancel = clock.after(MEMORY_POLL_MS, () => void look());
    }
  };
  void look();
  return () => {
    isOver = true;
    cancel();
  };
}

/** Bytes of the process, of all below it, and of those that carry its mark. `known`: which others do, from earlier looks. */
async function memoryOf(pid: number, mark: string, known: Map<number, boolean>): Promise<number> {
  const table = await processTable();
  const family = new Set(familyOf(pid, table));
  for (const one of table) {
    if (family.has(one)) continue;
    // A variable of a process can be read only when it starts, and most processes are somebody else's.
    const marked = known.get(one.pid) ?? (await isMarked(one.pid, mark));
    known.set(one.pid, marked);
    if (marked) family.add(one);
  }
  const sizes = await Promise.all([...family].map(residentBytes));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** Kills what carries the mark, wherever it hides: a process may leave its group and its parent, and run on. */
async function endStrays(mark: string): Promise<void> {
  for (let round = 0; round < STRAY_ROUNDS; round += 1) {
    const table = await processTable();
    const marks = await Promise.all(table.map(({ pid }) => isMarked(pid, mark)));
    const strays = table.filter((_, index) => marks[index] === true);
    if (strays.length === 0) return;
    for (const { pid } of strays) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself meanwhile.
      }
    }
  }
}
