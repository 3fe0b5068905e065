import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from './load.ts';

/** What is said of a file with this text. */
async function load(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-load-'));
  const path = join(folder, 'boomgate.config.json');
  await writeFile(path, text);
  const result = await loadConfig({ path, environment: {}, allowPrivate: true });
  await rm(folder, { recursive: true });
  const lines = result.ok ? result.config.warnings : result.problems;
  return lines.map((line) => line.replace(`${path}:`, ''));
}

it('a file that ends too early says so once', async () => {
  expect(await load('{ "mcpServers": {')).toEqual(['1:18: close brace expected']);
});

it('a key that is misspelt is told from one that only a client knows', async () => {
  const server = '"command": "c", "alow_private": false, "timeout": 60, "alwaysAllow": []';
  expect(await load(`{ "mcpServers": { "s": { ${server} } }, "polices": {}, "theme": "dark" }`)).toEqual([
    expect.stringContaining(
      'polices: is not a key of this file and was passed over; did you mean "policies"?',
    ),
    expect.stringMatching(/theme: is not a key of this file and was passed over$/),
    expect.stringContaining(
      'mcpServers.s.alow_private: is not a key of a server and was passed over; did you mean "allow_private"?',
    ),
    expect.stringMatching(/mcpServers\.s: passed over what only a client needs: timeout, alwaysAllow$/),
  ]);
});
