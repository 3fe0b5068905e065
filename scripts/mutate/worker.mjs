// Runs test files with one mutant after another in a process that stays warm. Its parent ends it when a mutant never does.
// In: { round, url, text, file, leftOut }. Out: { killedBy, tests, ms, isStray, memory }, or { fault } where the mutant is
// no program.
import fc from 'fast-check';
import { collect } from './as-vitest.mjs';
import { beginRound } from './reload.mjs';

// The same tries for every mutant, none of them to find a smaller one.
fc.configureGlobal({ seed: 1, endOnFailure: true });

/** An error that no test awaited. It may be of a mutant before, so whoever asked looks again. */
let stray;
for (const event of ['unhandledRejection', 'uncaughtException']) {
  process.on(event, (error) => {
    stray ??= error;
  });
}

/** Steps that the loops of the mutated file may take in one test: the most that any takes by itself are a tenth of it. */
const STEPS_MAX = 20_000_000;
let steps = 0;
globalThis.countStep = () => {
  steps += 1;
  if (steps > STEPS_MAX) throw new Error('this loop does not end');
};

async function firstFailure(file, { load, leftOut }) {
  let tests;
  steps = 0;
  try {
    tests = (await collect(() => load(file))).filter(({ name }) => !leftOut.test(name));
  } catch (error) {
    return { killedBy: `the file cannot be loaded: ${error}`, tests: 0 };
  }
  for (const { name, run } of tests) {
    steps = 0;
    try {
      await run();
    } catch {
      return { killedBy: name, tests: tests.length };
    }
  }
  await new Promise(setImmediate);
  return { killedBy: stray && `an error that no test awaited: ${stray}`, tests: tests.length };
}

process.on('message', async ({ round, url, text, file, leftOut }) => {
  stray = undefined;
  const startedAt = performance.now();
  let load;
  try {
    load = beginRound(round, { url, text });
  } catch (error) {
    process.send({ fault: error.message });
    return;
  }
  const found = await firstFailure(file, { load, leftOut: new RegExp(leftOut) });
  const ms = performance.now() - startedAt;
  process.send({ ...found, ms, isStray: stray !== undefined, memory: process.memoryUsage().rss });
});
process.on('disconnect', () => process.exit());
process.send({ isReady: true });
