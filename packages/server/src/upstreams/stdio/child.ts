import { type ChildProcess, spawn } from 'node:child_process';
import {
  ANSWER_BYTES,
  EXIT_DRAIN_MS,
  EXIT_RESTED_MS,
  LINE_BYTES,
  SIGTERM_GRACE_MS,
  STDERR_LINE_BYTES,
  STDIN_END_GRACE_MS,
  STDIN_QUEUE_BYTES,
  STDIN_STALL_MS,
} from '../bounds.ts';
import { type Clock, within } from '../clock.ts';
import { describeError } from '../failures.ts';
import { guard, unguard } from './guardian.ts';
import type { Launch } from './launch.ts';
import { cutLines, type LineEnds } from './lines.ts';

/** A running process and its pipes; knows lines, not messages. */
export type Child = {
  /** Absent when nothing could be started. */
  readonly pid: number | undefined;
  /** False when so much waits to be read that the line was not taken. */
  readonly write: (line: string) => boolean;
  /** Nothing more is read of its output until `resume`. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Resolves once the process is gone and its output is read, with a sentence that says how it ended. */
  readonly exited: Promise<string>;
  /** Ends stdin, then SIGTERM, then SIGKILL to the whole process group (gateway §6). */
  readonly stop: () => Promise<void>;
  /** SIGKILL to the whole process group; the reason becomes the sentence of `exited`. */
  readonly kill: (reason: string) => void;
  /** SIGTERM to the whole process group, with the same effect on the sentence. */
  readonly terminate: (reason: string) => void;
};

export type ChildEvents = {
  readonly onLine: (line: string) => void;
  readonly onStderr: (line: string) => void;
  /** A line was above the cap: true where it is known what it was, so that the process goes on. Absent: it is killed at once. */
  readonly onLong?: (ends: LineEnds) => boolean;
  /** The process is killed for such a line. */
  readonly onTooLong?: () => void;
  /** Once the process and its group are gone; `exited` waits for it. */
  readonly onGone?: () => Promise<void>;
};

/** The sentence of a process that ended as it should. */
export const EXITED_WELL = exitedWith(0);

export function startChild(launch: Launch, clock: Clock, events: ChildEvents): Child {
  const child = spawn(launch.file, launch.args, {
    cwd: launch.cwd,
    env: launch.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    shell: false,
    windowsHide: true,
    // A group of its own, so that what the process starts can be ended with it.
    detached: process.platform !== 'win32',
  });
  if (child.pid !== undefined) guard(child.pid);
  let killedFor: string | undefined;
  const end = (signal: NodeJS.Signals) => (reason: string) => {
    killedFor ??= reason;
    signalGroup(child, signal);
  };
  const kill = end('SIGKILL');
  const reading = new Reading(child);
  const isWanted = () => killedFor === undefined && reading.isWanted;
  const exited = watchExit(child, clock, () => isWanted() && reading.hasRested).then(async (how) => {
    // What the process itself started must not outlive it.
    signalGroup(child, 'SIGKILL');
    if (child.pid !== undefined) unguard(child.pid);
    await events.onGone?.();
    return killedFor ?? how;
  });
  const onTooLong = () => {
    events.onTooLong?.();
    kill(`wrote a line of more than ${LINE_BYTES} bytes`);
  };
  const readBytes = events.onLong === undefined ? LINE_BYTES : ANSWER_BYTES;
  const stdout = cutLines(
    { keptBytes: LINE_BYTES, readBytes },
    {
      onLine: events.onLine,
      onLong(ends) {
        const isKnown = events.onLong?.(ends) === true;
        if (!isKnown) onTooLong();
        return isKnown;
      },
      onTooLong,
    },
  );
  child.stdout.on('data', stdout);
  readStderr(child, events.onStderr);
  return {
    pid: child.pid,
    write: openStdin(child, clock, kill),
    pause: () => reading.pause(),
    resume: () => reading.resume(),
    exited,
    stop() {
      reading.isWanted = false;
      return stopChild(child, exited, clock);
    },
    kill,
    terminate: end('SIGTERM'),
  };
}

/** Whether what a process wrote was left in its pipe for a time, so that some of it may be there when it is gone. */
class Reading {
  /** Not when it is stopped: nobody waits for its answers. */
  isWanted = true;
  /** Since it exited, or when it did. */
  hasRested = false;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.once('exit', () => {
      this.hasRested = child.stdout?.isPaused() === true;
    });
  }

  pause(): void {
    this.hasRested = true;
    this.#child.stdout?.pause();
  }

  resume(): void {
    this.#child.stdout?.resume();
  }
}

function exitedWith(code: number | null): string {
  return `exited with code ${code}`;
}

function watchExit(child: ChildProcess, clock: Clock, hasRested: () => boolean): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${describeError(error)}`));
    child.once('exit', (code, signal) => {
      const how = signal === null ? exitedWith(code) : `was ended by ${signal}`;
      const closed = new Promise<void>((done) => child.once('close', () => done()));
      // A grandchild may hold the pipes open, which must not keep the callers waiting.
      void within(closed, { clock, ms: EXIT_DRAIN_MS, late: undefined }).then(async () => {
        if (hasRested()) {
          // Nothing more is written; what was is read when it is its turn.
          signalGroup(child, 'SIGKILL');
          await within(closed, { clock, ms: EXIT_RESTED_MS, late: undefined });
        }
        // On a busy machine that time passes before anything was read: what waits in the pipes is read in the next turn.
        await new Promise(setImmediate);
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve(how);
      });
    });
  });
}

/** Stderr is a log: a line that is too long loses its end. */
function readStderr(child: ChildProcess, onStderr: (line: string) => void): void {
  let rest = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(0, STDERR_LINE_BYTES);
    for (const line of lines) if (line.trim() !== '') onStderr(line.trimEnd().slice(0, STDERR_LINE_BYTES));
  });
  child.stderr?.on('end', () => {
    if (rest.trim() !== '') onStderr(rest.trimEnd());
  });
}

function openStdin(
  child: ChildProcess,
  clock: Clock,
  kill: (reason: string) => void,
): (line: string) => boolean {
  const { stdin } = child;
  let cancelStall: (() => void) | undefined;
  const relax = () => {
    cancelStall?.();
    cancelStall = undefined;
  };
  // A process that is gone closes the pipe under a write; its exit tells what there is to tell.
  stdin?.on('error', () => {});
  stdin?.on('drain', relax);
  child.once('exit', relax);
  return (line) => {
    if (stdin === null || stdin.writableEnded || stdin.writableLength > STDIN_QUEUE_BYTES) return false;
    if (!stdin.write(`${line}\n`)) {
      cancelStall ??= clock.after(STDIN_STALL_MS, () =>
        kill(`did not read its stdin for ${STDIN_STALL_MS / 1_000} s`),
      );
    }
    return true;
  };
}

async function stopChild(child: ChildProcess, exited: Promise<string>, clock: Clock): Promise<void> {
  child.stdin?.end();
  if (await endsWithin(exited, clock, STDIN_END_GRACE_MS)) return;
  signalGroup(child, 'SIGTERM');
  if (await endsWithin(exited, clock, SIGTERM_GRACE_MS)) return;
  signalGroup(child, 'SIGKILL');
  await exited;
}

function endsWithin(exited: Promise<string>, clock: Clock, ms: number): Promise<boolean> {
  return within(
    exited.then(() => true),
    { clock, ms, late: false },
  );
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}
