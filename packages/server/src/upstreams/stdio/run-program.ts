import { type Clock, systemClock } from '../clock.ts';
import type { Confinement, StdioTarget } from '../contract.ts';
import { describeError } from '../failures.ts';
import { EXITED_WELL, startChild } from './child.ts';
import { confinedEvents, supervise } from './confine.ts';
import { type Environment, prepareLaunch } from './launch.ts';

export type RunProgramOptions = {
  /** Of which PATH, HOME and LANG are handed on; the rest is in the target. */
  readonly environment: Environment;
  readonly confinement: Confinement;
  readonly clock?: Clock;
};

export type ProgramEnd =
  | { readonly ok: true }
  /** A sentence without a subject: `exited with code 1`. What it wrote is told to the confinement. */
  | { readonly ok: false; readonly how: string };

/** Runs a program that speaks no MCP to its end, confined and with nothing to read. Never rejects. */
export async function runProgram(target: StdioTarget, options: RunProgramOptions): Promise<ProgramEnd> {
  const { environment, confinement, clock = systemClock } = options;
  const launch = await prepareLaunch(target, { environment, folder: target.cwd ?? '/' });
  if (launch.kind === 'failing') return { ok: false, how: launch.detail };
  const plain = {
    onLine() {},
    onStderr: (line: string) => confinement.report({ kind: 'stderr', line }),
  };
  try {
    const child = startChild(
      launch,
      clock,
      confinedEvents(plain, { confinement, child: () => child, noise: () => 0 }),
    );
    supervise(child, confinement, clock);
    const how = await child.exited;
    return how === EXITED_WELL ? { ok: true } : { ok: false, how };
  } catch (error) {
    return { ok: false, how: `could not be started: ${describeError(error)}` };
  }
}
