// The whole of a mutation check; `../mutate.mjs` says which arguments it takes.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../setup.mjs';
import { applyMutant, mutantsOf } from './mutants.mjs';
import { Runner } from './runner.mjs';

/** Per cent of the mutants that tests must notice. */
const KILLED_MIN = 85;
/** A mutant whose tests take so many times as long as without it, and some seconds more, never ends. */
const PATIENCE = 4;
const PATIENCE_MS = 3_000;
/** Milliseconds for the unchanged source, whose modules are loaded for the first time. */
const FIRST_MS = 120_000;
/** Mutants after which a log says how far it is. */
const PROGRESS_EVERY = 25;
const ENGINE = 'packages/engine/src';

/** Which tests know a source file: quick ones first, since the first failure ends it. */
const MODULES = [
  {
    name: 'decision',
    sources: /^packages\/engine\/src\/decide\/[^.]+\.ts$/,
    stages: [
      ['decide/', 'cases.test.ts'],
      ['claims.test.ts', 'widening.test.ts', 'spec.test.ts'],
    ],
  },
  {
    name: 'condition',
    sources: /^packages\/engine\/src\/conditions\/[^.]+\.ts$/,
    stages: [
      ['conditions/'],
      ['cases.test.ts', 'decide/'],
      ['claims.test.ts', 'widening.test.ts', 'spec.test.ts'],
    ],
  },
  {
    name: 'reader',
    sources: /^packages\/engine\/src\/json\/[^.]+\.ts$/,
    stages: [
      ['json/read.test.ts', 'json/locate.test.ts'],
      ['json/read-exactly.test.ts', 'parse/document-refusals.test.ts'],
    ],
  },
  {
    name: 'counter',
    sources: /^packages\/engine\/src\/limits\/[^.]+\.ts$/,
    stages: [['limits/'], ['cases.test.ts']],
  },
];

const { values: asked, positionals } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    changed: { type: 'boolean' },
  },
  allowPositionals: true,
});
const copy = mkdtempSync(join(tmpdir(), 'boomgate-mutate-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
process.on('SIGINT', () => process.exit(2));

makeCopy();
const plan = MODULES.map(planModule);
const drawn = draw(plan.flatMap(({ mutants }) => mutants));
const runner = new Runner({ node: process.execPath, root: copy });
try {
  for (const module of plan) await runModule(module);
} finally {
  runner.stop();
}
process.exitCode = report([...drawn]) ? 0 : 1;

function makeCopy() {
  const skipped = /(^|[\\/])(node_modules|dist|\.git)([\\/]|$)/;
  const filter = (from) => !skipped.test(relative(ROOT, from));
  for (const path of ['package.json', 'tsconfig.json', 'vitest.config.ts', 'packages']) {
    cpSync(join(ROOT, path), join(copy, path), { recursive: true, filter });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
}

function planModule({ name, sources, stages }) {
  const paths = readdirSync(join(copy, ENGINE), { recursive: true, encoding: 'utf8' })
    .map((path) => `${ENGINE}/${path.split(sep).join('/')}`)
    .sort();
  const mutants = paths
    .filter((path) => sources.test(path) && isAsked(path))
    .flatMap((path) => mutantsOf(path, readFileSync(join(copy, path), 'utf8')));
  const tests = (parts) =>
    paths.filter(
      (path) => path.endsWith('.test.ts') && parts.some((part) => path.startsWith(`${ENGINE}/${part}`)),
    );
  return { name, mutants, stages: stages.map((parts) => tests(parts).map((path) => join(copy, path))) };
}

function isAsked(path) {
  return (
    (asked.only === undefined || path.includes(asked.only)) && (!asked.changed || changedFiles().has(path))
  );
}

/** What differs from the base commit, in the work tree as it is. */
function changedFiles() {
  const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  const [base] = git('merge-base', 'HEAD', positionals[0] ?? 'HEAD~1');
  return new Set([...git('diff', '--name-only', base), ...git('ls-files', '--others', '--exclude-standard')]);
}

/** The mutants that are tried: all, or a sample. */
function draw(mutants) {
  if (asked.sample === undefined) return new Set(mutants);
  const seed = Number(asked.seed ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`a sample of ${asked.sample} of ${mutants.length} mutants: --seed ${seed}`);
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
  const shuffled = mutants
    .map((mutant) => ({ mutant, at: random() }))
    .sort((one, other) => one.at - other.at);
  return new Set(shuffled.slice(0, Number(asked.sample)).map(({ mutant }) => mutant));
}

async function runModule({ name, mutants, stages }) {
  const tried = mutants.filter((mutant) => drawn.has(mutant));
  if (tried.length === 0) return;
  const { killedBy } = await runner.run({ stages }, FIRST_MS);
  if (killedBy !== undefined)
    throw new Error(`the tests of the ${name} fail without any mutant: ${killedBy}`);
  const { ms } = await runner.run({ stages }, FIRST_MS);
  console.log(`${name}: ${tried.length} mutants, ${stages.flat().length} test files in ${seconds(ms)}`);
  const startedAt = performance.now();
  for (const [index, mutant] of tried.entries()) {
    const file = join(copy, mutant.path);
    const source = readFileSync(join(copy, mutant.path), 'utf8');
    const task = { file, source, mutant: applyMutant(source, mutant), stages };
    mutant.killedBy = (await runner.run(task, ms * PATIENCE + PATIENCE_MS)).killedBy;
    // A worker that was ended left its mutant behind.
    writeFileSync(file, source);
    showProgress(name, index + 1, tried.length);
  }
  console.log(
    `${process.stdout.isTTY ? '\r' : ''}${name}: done in ${seconds(performance.now() - startedAt)}`,
  );
}

/** On a terminal always, elsewhere now and then. */
function showProgress(name, done, all) {
  const text = `${name}: ${done} of ${all}`;
  if (process.stdout.isTTY) process.stdout.write(`\r${text} `);
  else if (done % PROGRESS_EVERY === 0) console.log(text);
}

/** Prints the score of each file and every mutant that lived; whether enough were killed. */
function report(mutants) {
  const byPath = Map.groupBy(mutants, ({ path }) => path);
  for (const [path, own] of byPath) console.log(`${score(own).padStart(6)}  ${path} (${own.length})`);
  for (const { path, line, change } of mutants.filter(isAlive))
    console.log(`survived  ${path}:${line}  ${change}`);
  if (mutants.length === 0) {
    console.log('nothing to change: no file that is asked for has mutants');
    return true;
  }
  console.log(`killed ${score(mutants)} of ${mutants.length} mutants; at least ${KILLED_MIN} % is wanted`);
  return percentage(mutants) >= KILLED_MIN;
}

function isAlive({ killedBy }) {
  return killedBy === undefined;
}

function percentage(mutants) {
  return (100 * mutants.filter((mutant) => !isAlive(mutant)).length) / mutants.length;
}

function score(mutants) {
  return `${percentage(mutants).toFixed(1)} %`;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
