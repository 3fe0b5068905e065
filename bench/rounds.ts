import type { Load, LoadJob } from './load.ts';
import type { OpenJob, OpenLoad } from './open-load.ts';
import type { Programs } from './programs.ts';
import type { Rounds } from './report.ts';
import type { Door } from './wire.ts';

export const CONNECTIONS = 32;
/** Short rounds by turns: where the speed of the machine drifts, it drifts for all. */
export const ROUNDS = 7;
/** Seconds of load before anything counts: a process that runs for hours is compiled, and these are to be. */
const WARM_UP_SECONDS = 8;

/** What is loaded: connections are shared out among its doors. */
export type Loaded = { readonly name: string; readonly doors: readonly Door[] };

/** Warms all up, then loads them by turns. */
export async function measure(programs: Programs, all: readonly Loaded[], seconds: number): Promise<Rounds> {
  for (const one of all) await load(programs, one, { seconds: WARM_UP_SECONDS });
  const rounds = new Map<string, Load[]>(all.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const one of all) rounds.get(one.name)?.push(await load(programs, one, { seconds }));
  return rounds;
}

/** One round of closed-loop load, in which no call may fail. */
export async function load(
  programs: Programs,
  { doors, name }: Loaded,
  how: Partial<LoadJob> & Pick<LoadJob, 'seconds'>,
): Promise<Load> {
  const job: LoadJob = { doors, connections: CONNECTIONS, ...how };
  const { line } = await programs.start('load.ts', [], { core: 1, input: JSON.stringify(job) });
  const figures = JSON.parse(line) as Load; // a cast: load.ts prints it
  if (figures.failures > 0) throw new Error(`${name}: ${figures.failures} calls failed`);
  return figures;
}

export async function openLoad(programs: Programs, job: OpenJob): Promise<OpenLoad> {
  const { line } = await programs.start('open-load.ts', [], { core: 1, input: JSON.stringify(job) });
  return JSON.parse(line) as OpenLoad; // a cast: open-load.ts prints it
}
