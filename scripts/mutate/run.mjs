// The whole of a mutation check; `../mutate.mjs` says which arguments it takes.
import { parseArgs } from 'node:util';
import { filterOf, shuffle } from './choose.mjs';
import { planModules, taskOf, unchanged } from './modules.mjs';
import { report, showProgress } from './report.mjs';
import { Runner } from './runner.mjs';

const MINUTE_MS = 60_000;
const { values: asked, positionals } = parseArgs({
  options: {
    changed: { type: 'boolean', default: false },
    minutes: { type: 'string', default: 'Infinity' },
    only: { type: 'string' },
    sample: { type: 'string' },
    seed: { type: 'string' },
  },
  allowPositionals: true,
});
const isSample = asked.sample !== undefined || asked.minutes !== 'Infinity';
const endsAtMs = performance.now() + Number(asked.minutes) * MINUTE_MS;
const plan = planModules(filterOf({ ...asked, base: positionals[0] ?? 'HEAD~1' }));
const chosen = choose(plan.flatMap((module) => module.mutants.map((mutant) => ({ module, mutant }))));
const tried = [];

const runner = new Runner();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(2));
process.on('exit', () => runner.stop());
for (const { module, mutant } of chosen) {
  module.measured ??= await measure(module);
  mutant.killedBy = await runner.killerOf(taskOf(mutant), module.measured);
  tried.push(mutant);
  showProgress(mutant, { done: tried.length, all: chosen.length });
  if (performance.now() > endsAtMs) break;
}
runner.stop();
process.exitCode = report(tried, { chosen: chosen.length, isPart: asked.changed || isSample }) ? 0 : 1;

/** All mutants, one file after another; a sample of them where only some can or shall be tried. */
function choose(all) {
  if (!isSample) return all;
  const seed = Number(asked.seed ?? Math.floor(Math.random() * 2 ** 31));
  const count = Number(asked.sample ?? all.length);
  console.log(
    `of ${all.length} mutants, ${Math.min(count, all.length)} in an order drawn with --seed ${seed}`,
  );
  return shuffle(all, seed).slice(0, count);
}

/** The test files of a module, the quickest first, since the first failure ends it. */
async function measure({ name, mutants, files }) {
  const measured = [];
  for (const file of files) measured.push(await runner.measure(unchanged(mutants[0].path), file));
  const sum = (key) => measured.reduce((total, one) => total + one[key], 0);
  console.log(
    `${name}: ${sum('tests')} tests in ${files.length} files, ${Math.round(sum('ms'))} ms without a mutant`,
  );
  return measured.sort((one, other) => one.ms - other.ms);
}
