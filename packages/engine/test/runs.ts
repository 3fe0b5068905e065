/** How often properties are tried: `BOOMGATE_RUNS=10` tries ten times as often as the default, `0.1` a tenth. */
const FACTOR = Number(process.env['BOOMGATE_RUNS'] ?? 1);
/** Where random tries start from; given to have the very same ones again. */
const SEED = Number(process.env['BOOMGATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

console.log(`properties of this file: BOOMGATE_SEED=${SEED}`);

/** A number of runs, more or fewer as the environment asks. At least 1. */
export function times(runs: number): number {
  if (!(FACTOR > 0)) throw new Error('expected BOOMGATE_RUNS to be a number above 0, such as 10 or 0.1');
  return Math.max(1, Math.round(runs * FACTOR));
}

/** Whether a failure is reported as it was found, not searched for a smaller one: enough where any failure will do. */
const ENDS_ON_FAILURE = process.env['BOOMGATE_SHRINK'] === '0';

/** The parameters of a property: how often, and the seed that was printed. */
export function seeded(numRuns: number) {
  return { numRuns, seed: SEED, endOnFailure: ENDS_ON_FAILURE };
}
