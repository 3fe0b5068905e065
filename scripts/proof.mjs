// `npm run proof`: every claim of SECURITY.md with the tests that hold it, run now. Exits with 1 when one does not hold.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { ROOT, setUp } from './setup.mjs';

const claims = readClaims(readFileSync(join(ROOT, 'SECURITY.md'), 'utf8'));
const results = runTests(setUp(), [...new Set(claims.flatMap(({ files }) => files))]);
const rows = claims.map(judge);
print(rows);
process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;

/** Rows of the table under "Claims": a sentence, and the test files in backticks, relative to `packages`. */
function readClaims(text) {
  const section = text.split(/^## /m).find((part) => part.startsWith('Claims')) ?? '';
  return [...section.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)]
    .map(([, claim, held]) => ({
      claim: claim.trim(),
      files: [...held.matchAll(/`([^`]+)`/g)].map(([, path]) => `packages/${path}`),
    }))
    .filter(({ files }) => files.length > 0);
}

function runTests(node, files) {
  const missing = files.filter((file) => !existsSync(join(ROOT, file)));
  if (missing.length > 0)
    throw new Error(`SECURITY.md names tests that are not there: ${missing.join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'boomgate-proof-'));
  const report = join(folder, 'report.json');
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...files,
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  console.error(`Running ${files.length} test files …`);
  spawnSync(node, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'], env });
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  return new Map(
    testResults.map(({ assertionResults, name }) => [
      relative(ROOT, name).replaceAll('\\', '/'),
      assertionResults,
    ]),
  );
}

function judge({ claim, files }) {
  const tests = files.flatMap((file) => results.get(file) ?? []);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const failed = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  const ran = files.every((file) => (results.get(file) ?? []).some(({ status }) => status === 'passed'));
  return { claim, files, passed, failed, holds: ran && failed.length === 0 };
}

function print(all) {
  for (const { claim, failed, files, holds, passed } of all) {
    console.log(`${holds ? 'holds ' : 'FAILS '} ${claim}`);
    for (const file of files) console.log(`         ${file.replace(/^packages\//, '')}`);
    console.log(
      `         ${passed} tests passed${failed.length > 0 ? `, failed: ${failed.join('; ')}` : ''}`,
    );
  }
  const held = all.filter(({ holds }) => holds).length;
  console.log(`\n${held} of ${all.length} claims hold`);
}
