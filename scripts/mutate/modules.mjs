// Which source files are mutated, and which tests know them.
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../setup.mjs';
import { applyMutant, mutantsOf } from './mutants.mjs';

const ENGINE = 'packages/engine/src';
const STORE = 'packages/server/src/store/sqlite';

const MODULES = [
  {
    name: 'decision',
    sources: [`${ENGINE}/decide/`],
    tests: ['decide/', 'cases', 'claims', 'widening', 'spec'].map((path) => `${ENGINE}/${path}`),
  },
  {
    name: 'conditions',
    sources: [`${ENGINE}/conditions/`],
    tests: ['conditions/', 'decide/', 'cases', 'claims', 'widening', 'spec'].map(
      (path) => `${ENGINE}/${path}`,
    ),
  },
  {
    name: 'reader',
    sources: [`${ENGINE}/json/`],
    tests: [`${ENGINE}/json/`, `${ENGINE}/parse/document-refusals`],
  },
  { name: 'replay', sources: [`${ENGINE}/replay/`], tests: [`${ENGINE}/replay/`] },
  { name: 'limits', sources: [`${ENGINE}/limits/`], tests: [`${ENGINE}/limits/`, `${ENGINE}/cases`] },
  {
    name: 'counters',
    sources: [`${STORE}/counters`, `${STORE}/usage-table`],
    tests: ['counters', 'usage-table', 'sqlite.test', 'journal'].map((path) => `${STORE}/${path}`),
  },
];
/** Tests that measure the time, which is no matter of mutants, or wait for it to pass. */
const LEFT_OUT =
  'costs no more per call when it is full|takes time linear in|by itself when storage works again';

/** `{ name, mutants, files }` of every module; `isAsked` chooses among the paths of source files. */
export function planModules(isAsked) {
  const paths = ['packages/engine/src', STORE]
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
        (path) => `${folder}/${path.split(sep).join('/')}`,
      ),
    )
    .filter((path) => path.endsWith('.ts'))
    .sort();
  const isTest = (path) => path.endsWith('.test.ts');
  const among = (starts, path) => starts.some((start) => path.startsWith(start));
  return MODULES.map(({ name, sources, tests }) => ({
    name,
    mutants: paths
      .filter((path) => among(sources, path) && !isTest(path) && isAsked(path))
      .flatMap((path) => mutantsOf(path, readFileSync(join(ROOT, path), 'utf8'))),
    files: paths.filter((path) => among(tests, path) && isTest(path)).map(urlOf),
  }));
}

/** What a worker needs to try a mutant. */
export function taskOf(mutant) {
  const { path } = mutant;
  const source = readFileSync(join(ROOT, path), 'utf8');
  return { url: urlOf(path), text: applyMutant(source, mutant), leftOut: LEFT_OUT };
}

/** A source file as it is. */
export function unchanged(path) {
  return taskOf({ path, start: 0, end: 0, text: '' });
}

function urlOf(path) {
  return pathToFileURL(join(ROOT, path)).href;
}
