import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { boomgate, temporaryFolder } from './command.ts';

/** Everything in one data folder, one command after the other, as a person would. */
it('shows, searches and grows the index', async () => {
  await using folder = await temporaryFolder();
  const catalogue = (...args: string[]) =>
    boomgate(['catalogue', ...args, '--data', join(folder.path, 'data')]);

  const tool = await catalogue('show', 'comfyui', 'comfy_cancel_generation');
  expect(tool, tool.stderr).toMatchObject({ code: 0, stderr: '' });
  expect(tool.stdout).toMatch(/^comfy_cancel_generation {2}\[High risk · Execute\]/);
  expect(tool.stdout).toMatch(/“Cancel a specific generation[^”]*”/);
  expect(tool.stdout).toMatch(/Queue and job sabotage/);
  const policy = /policy\.json:\n([\s\S]*?\n {2}\})/.exec(tool.stdout)?.[1] ?? '';
  expect(JSON.parse(policy)).toEqual({
    version: '1',
    default: 'deny',
    tools: {
      comfy_cancel_generation: {
        limits: [{ counter: 'comfy_cancel_generation_rate', window: 'minute', max: 10, scope: 'grant' }],
      },
    },
  });

  const size = JSON.parse((await catalogue('--json')).stdout);
  expect(size).toMatchObject({ unscanned: 0, sources: { bundled: size.servers } });
  expect(tool.stdout).toMatch(
    new RegExp(`14 comfyui tools catalogued[^.]*index of ${size.servers}\\s+servers`),
  );

  const found = await catalogue('search', 'cancel', 'generation', '--severity', 'high');
  expect(found.stdout).toMatch(/^TOOL .*\ncomfy_cancel_generation +comfyui +Execute +High/m);
  expect(found.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(await catalogue('search', 'xyzzyplugh')).toMatchObject({ code: 1, stdout: '' });

  const file = join(folder.path, 'more.ndjson');
  const more = [
    { name: 'io.github.ada/harbour', description: 'Berths \u001b[2J and tides' },
    { slug: 'quay', name: 'Quay', tools: [{ name: 'moor_ship' }] },
    { name: 7 },
  ];
  await writeFile(file, more.map((line) => JSON.stringify(line)).join('\n'));
  const imported = await catalogue('import', file);
  expect(imported).toMatchObject({ code: 1, stdout: '2 servers with 1 tools added, 0 skipped, 1 refused\n' });
  expect(imported.stderr).toMatch(/^line 3: expected "name"/);

  const listed = await catalogue('show', 'io.github.ada/harbour');
  expect(listed.stdout).toMatch(/^io\.github\.ada\/harbour {2}\[Tools not known\]/);
  expect(listed.stdout).toMatch(/nobody|not known until somebody scans it/);
  expect(listed.stdout).not.toContain('\u001b');
  expect((await catalogue('show', 'quay')).stdout).toMatch(/^Quay {2}\[Grade [A-F]\]/);
  expect((await catalogue('show', 'harbour')).stderr).toMatch(/there are io\.github\.ada\/harbour/);
  expect((await catalogue('show', 'io.github.ada/harbour', 'x')).stderr).toMatch(/nobody has scanned it/);
});
