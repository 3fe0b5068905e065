// The stages of `npm run check` and `npm test`: each named, timed, and the end of the run when it fails.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ROOT, run } from './setup.mjs';

const bin = (name) => join(ROOT, 'node_modules', name);

/** Runs tools with the given Node, which also comes first for the programs that tests start. */
export function stages(node) {
  const env = {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
    // Tests start some hundred gateways: what one has compiled the next need not.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(ROOT, 'node_modules/.cache/node'),
  };
  const tool = (script, ...args) => run(node, [bin(script), ...args], { env });
  return {
    lint: () => stage('format and lint', () => tool('@biomejs/biome/bin/biome', 'ci', '.')),
    types: () =>
      stage('types', () => {
        tool('typescript/bin/tsc', '-p', 'packages/engine');
        tool('typescript/bin/tsc', '-p', 'packages/catalogue');
        tool('typescript/bin/tsc', '-p', '.');
        tool('typescript/bin/tsc', '-p', 'packages/dashboard');
      }),
    tests: (projects, args = []) => {
      const folder = mkdtempSync(join(tmpdir(), 'boomgate-tests-'));
      const report = join(folder, 'report.json');
      try {
        stage(`tests: ${projects.join(', ')}`, () =>
          tool(
            'vitest/vitest.mjs',
            'run',
            ...projects.flatMap((name) => ['--project', name]),
            '--reporter=default',
            '--reporter=json',
            `--outputFile.json=${report}`,
            ...args,
          ),
        );
        const { numFailedTests, numPassedTests } = JSON.parse(readFileSync(report, 'utf8'));
        console.log(`tests: ${numPassedTests} passed, ${numFailedTests} failed`);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

function stage(name, action) {
  const started = Date.now();
  console.log(`\n── ${name}`);
  action();
  console.log(`── ${name}: fine, ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
