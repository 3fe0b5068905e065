import { execFile } from 'node:child_process';
import type { ProcessBounds } from '../contract.ts';
import { describeError, type Failing, failing } from '../failures.ts';

const MIB = 1_024 * 1_024;
const PRLIMIT = '/usr/bin/prlimit';

/** The option of prlimit(1) for each bound, and what one of its units is. */
const OPTIONS = {
  memory_mib: ['as', MIB],
  processes: ['nproc', 1],
  file_mib: ['fsize', MIB],
  open_files: ['nofile', 1],
} as const satisfies Record<keyof ProcessBounds, readonly [option: string, unit: number]>;

export type Wrapper = { readonly kind: 'wrapper'; readonly words: readonly string[] };

/**
 * The words before a command that hold it, and all that it starts, to bounds; none where nothing is bounded. They are tried first, so
 * that a server whose bounds cannot be had is not started without them. prlimit becomes the command: the process keeps its id.
 */
export async function boundedBy(bounds: ProcessBounds = {}, prlimit = PRLIMIT): Promise<Wrapper | Failing> {
  const names = Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]; // a cast: the table's keys are exactly these
  const options = names.flatMap((name) => {
    const bound = bounds[name];
    const [option, unit] = OPTIONS[name];
    return bound === undefined ? [] : [`--${option}=${bound * unit}`];
  });
  if (options.length === 0) return { kind: 'wrapper', words: [] };
  const words = [prlimit, ...options, '--'];
  const problem = await tryWrapper(words);
  if (problem === undefined) return { kind: 'wrapper', words };
  const detail =
    `expected that its "bounds" can be held by ${prlimit} of util-linux, found: ${problem}; ` +
    'install it (Linux only), choose bounds that the user of the gateway may set, or remove "bounds"';
  return failing('not_started', detail, { acted: 'no' });
}

/** What is wrong with it, if anything. */
function tryWrapper([file = '', ...before]: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(file, [...before, '/bin/true'], { env: {} }, (error, _stdout, stderr) => {
      if (error === null) resolve(undefined);
      else resolve(stderr.trim() === '' ? describeError(error) : stderr.trim());
    });
  });
}
