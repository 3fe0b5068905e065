import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { boomgate } from '../../cli/test/command.ts';
import { loadConfig } from '../../server/src/index.ts';
import { VARIABLES } from '../src/config.ts';
import { ERROR_TYPES } from '../src/error.ts';
import { TOOLS } from '../src/tools/index.ts';
import { ORIGINAL_TOOLS } from './support/original-tools.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples/comfyui/', import.meta.url));
const PAGE = readFileSync(new URL('../../../docs/comfyui.md', import.meta.url), 'utf8');
const read = (name: string): string => readFileSync(join(EXAMPLES, name), 'utf8');

describe('the example of ComfyUI', () => {
  it.each(['cancel-only.json', 'studio.json'])('%s is a policy without a fault', async (name) => {
    expect(await boomgate(['policy', 'check', name], { cwd: EXAMPLES })).toMatchObject({
      code: 0,
      stdout: '',
      stderr: `${name}: ok\n`,
    });
  });

  it('has the published policy verbatim', () => {
    expect(read('cancel-only.json').trim()).toBe(
      '{"version":"1","default":"deny","tools":{"comfy_cancel_generation":{"limits":[{"counter":"comfy_cancel_generation_rate","window":"minute","max":10,"scope":"grant"}]}}}',
    );
  });

  it('has cases that its policy passes', async () => {
    const ran = await boomgate(['policy', 'test', 'studio.cases.yaml', '--policy', 'studio.json'], {
      cwd: EXAMPLES,
    });
    expect(ran, ran.stdout).toMatchObject({ code: 0 });
  });

  it('has a configuration that the gateway takes as it is', async () => {
    const loaded = await loadConfig({
      path: join(EXAMPLES, 'boomgate.config.json'),
      environment: {},
      allowPrivate: true,
    });
    expect(loaded).toMatchObject({ ok: true, config: { warnings: [] } });
  });

  it('names tools that there are, in both servers', () => {
    const named = Object.keys(JSON.parse(read('studio.json')).tools);
    const known = ORIGINAL_TOOLS.map(({ name }) => name);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
    expect(TOOLS.map(({ name }) => name).sort()).toEqual([...known].sort());
  });
});

describe('docs/comfyui.md', () => {
  /** The names in the first column of the tables in a section. */
  const rowsOf = (section: string): string[] => {
    const [, text = ''] = PAGE.split(`## ${section}\n`);
    return [...(text.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)`/gm)]
      .map((match) => match[1] ?? '')
      .sort();
  };

  it('names every setting and every error of the server, and no other', () => {
    expect(rowsOf('Settings of the server')).toEqual(Object.values(VARIABLES).sort());
    expect(rowsOf('Errors')).toEqual(Object.keys(ERROR_TYPES).sort());
  });

  it('names every tool, and files of the example that are there', () => {
    expect(ORIGINAL_TOOLS.filter(({ name }) => !PAGE.includes(`\`${name}\``))).toEqual([]);
    const files = [...PAGE.matchAll(/examples\/comfyui\/([\w.-]+\.(?:json|yaml))/g)].map((match) => match[1]);
    expect(files.filter((file) => !readdirSync(EXAMPLES).includes(file ?? ''))).toEqual([]);
  });
});
