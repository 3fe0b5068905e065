import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT, sources } from '../sources.ts';

/** Absent on systems for which npm has none. */
const NODE = process.env['BOOMGATE_OLDEST_NODE'] ?? '';

/** Compiles each module of which the path comes on a line of standard input; prints what it cannot. */
const COMPILING = `
  const { readFileSync } = require('node:fs');
  const { stripTypeScriptTypes } = require('node:module');
  const { SourceTextModule } = require('node:vm');
  for (const path of readFileSync(0, 'utf8').split('\\n'))
    try { new SourceTextModule(stripTypeScriptTypes(readFileSync(path, 'utf8'))); }
    catch (error) { console.log(path + ': ' + error.message); }`;

const programs = sources().filter(({ path }) => !path.startsWith('packages/dashboard/'));

describe.skipIf(NODE === '')('the oldest Node that the packages ask for', () => {
  it('is the one of these tests', () => {
    const version = spawnSync(NODE, ['--version'], { encoding: 'utf8' }).stdout.trim();
    for (const name of ['cli', 'comfyui-mcp']) {
      const { engines } = JSON.parse(readFileSync(`${ROOT}packages/${name}/package.json`, 'utf8'));
      expect(`v${engines.node.replace('>=', '')}.0`).toBe(version);
    }
  });

  it('understands every module that it runs as it is', () => {
    const paths = programs.map(({ path }) => path);
    const flags = ['--experimental-vm-modules', '--no-warnings', '-e', COMPILING];
    const ran = spawnSync(NODE, flags, { cwd: ROOT, encoding: 'utf8', input: paths.join('\n') });
    expect(ran.stderr).toBe('');
    expect(ran.stdout).toBe('');
    expect(ran.status).toBe(0);
  });

  it('has every global name that they use', () => {
    const asked = 'console.log(JSON.stringify(Object.getOwnPropertyNames(globalThis)))';
    const known = JSON.parse(
      spawnSync(NODE, ['-e', asked], { encoding: 'utf8' }).stdout,
    ) as readonly string[];
    const own = JSON.parse(
      spawnSync(process.execPath, ['-e', asked], { encoding: 'utf8' }).stdout,
    ) as readonly string[];
    const missing = own.filter((name) => !known.includes(name) && /^\w+$/.test(name));
    expect(missing).toContain('AsyncDisposableStack');
    const names = new RegExp(`(?<![.'\\w])(?:${missing.join('|')})\\b(?!['\\w])`);
    expect(programs.flatMap(({ path, text }) => (names.test(text) ? [path] : []))).toEqual([]);
  });
});
