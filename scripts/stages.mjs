// The stages of `npm run check` and `npm test`: each named, timed, and the end of the run when it fails.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { ROOT, run } from './setup.mjs';

const bin = (name) => join(ROOT, 'node_modules', name);

/** The one that takes longest first. */
const PROJECTS = ['.', 'packages/dashboard', 'packages/catalogue', 'packages/engine'];
/** TypeScript 7 takes a fifth of the work of 6, whose API tests need. Several checkers would each look at what they share. */
const TYPES = ['typescript-native/bin/tsc', '--checkers', '1', '-p'];

/** Tests of a run that may need another try. */
const MOST_UNSTEADY = 10;

/** Runs tools with the given Node, which also comes first for the programs that tests start. */
export function stages(node) {
  const env = {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
    // Tests start some hundred gateways: what one has compiled the next need not.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(ROOT, 'node_modules/.cache/node'),
  };
  const tool = (script, ...args) => [bin(script), ...args];
  return {
    formatAndTypes: () =>
      stage('format, lint and types', () =>
        together(node, [
          ...PROJECTS.map((project) => tool(...TYPES, project)),
          tool('@biomejs/biome/bin/biome', 'ci', '.'),
        ]),
      ),
    tests: async (projects, args = []) => {
      const folder = mkdtempSync(join(tmpdir(), 'boomgate-tests-'));
      const report = join(folder, 'report.json');
      const command = tool(
        'vitest/vitest.mjs',
        'run',
        ...projects.flatMap((name) => ['--project', name]),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...args,
      );
      try {
        await stage(`tests: ${projects.join(', ')}`, () => run(node, command, { env }));
        const { numFailedTests, numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
        console.log(`tests: ${numPassedTests} passed, ${numFailedTests} failed`);
        nameUnsteady(testResults);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Names the tests that passed at another try only. Where there are many, that is no accident of the machine. */
function nameUnsteady(files) {
  const unsteady = files.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0)
      .map(
        ({ fullName, failureMessages }) =>
          `${relative(ROOT, name)} > ${fullName}\n    ${failureMessages[0].split('\n')[0]}`,
      ),
  );
  if (unsteady.length === 0) return;
  console.log(`passed at another try only:\n  ${unsteady.join('\n  ')}`);
  if (unsteady.length <= MOST_UNSTEADY) return;
  console.error(
    `at most ${MOST_UNSTEADY} tests may need another try, ${unsteady.length} did: find out what they have in common`,
  );
  process.exit(1);
}

async function stage(name, action) {
  const started = Date.now();
  console.log(`\n── ${name}`);
  await action();
  console.log(`── ${name}: fine, ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Runs tools beside each other, as many as there are processors, and ends with the first that fails. */
async function together(node, commands) {
  const waiting = commands.values();
  const work = async () => {
    for (const args of waiting) await finished(node, args);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

function finished(node, args) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: ROOT, stdio: 'inherit' });
    child.on('error', (error) => {
      console.error(`cannot run ${args[0]}: ${error.message}`);
      process.exit(1);
    });
    child.on('exit', (code) => (code === 0 ? resolve() : process.exit(code ?? 1)));
  });
}
