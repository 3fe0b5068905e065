import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boomgate, temporaryFolder } from './command.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

const classify = (...args: string[]) => boomgate(['classify', ...args], { cwd: folder.path });
const parsed = (stdout: string): unknown[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('classify', () => {
  it('gives one line of JSON for each tool, in their order', async () => {
    const tools = [
      { server: 's', name: 'get_file', description: 'Gets a file' },
      { name: 'drop', inputSchema: { type: 'object', properties: { table: {} } }, annotations: {} },
    ];
    await writeFile(join(folder.path, 'tools.jsonl'), tools.map((tool) => JSON.stringify(tool)).join('\n'));
    const ran = await classify('tools.jsonl', '--json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(parsed(ran.stdout)).toEqual([
      expect.objectContaining({ name: 'get_file', class: 'Read', severity: 'Low', confidence: 0.95 }),
      expect.objectContaining({ name: 'drop', class: 'Destructive', severity: 'Critical' }),
    ]);
    expect(Object.keys(parsed(ran.stdout)[0] as object)).toEqual([
      'name',
      'class',
      'severity',
      'confidence',
      'evidence',
      'signals',
      'rationale',
    ]);
  });

  it('reads standard input, and keeps a place for lines that are no tools', async () => {
    const input = '{"name":"a"}\n\n{"name":7}\n[1]\n{"name":"b"\n{"name":"delete"}';
    const ran = await boomgate(['classify', '-', '--json'], { input });
    expect(ran.code).toBe(1);
    expect(parsed(ran.stdout)).toEqual([
      expect.objectContaining({ name: 'a' }),
      { line: 3, error: 'expected "name" to be a text that is not empty, found a number' },
      { line: 4, error: 'expected a JSON object with a "name", found an array' },
      { line: 5, error: expect.stringMatching(/^expected one JSON object: /) },
      expect.objectContaining({ name: 'delete', class: 'Destructive' }),
    ]);
    expect(ran.stderr).toMatch(/^-:3: expected "name" to be a text/);
  });

  it('escapes what a terminal would obey, in both forms', async () => {
    const input = JSON.stringify({ name: 'a\u001b[2J', description: 'Gets \u202e' });
    for (const form of [[], ['--json']]) {
      const ran = await boomgate(['classify', '-', ...form], { input });
      for (const unseen of ['\u001b', '\u202e']) expect(ran.stdout).not.toContain(unseen);
    }
  });

  it('says what is wrong with a file that cannot be read', async () => {
    const ran = await classify('missing.jsonl');
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toBe('boomgate: missing.jsonl: cannot be read: there is no such file\n');
  });

  it('takes lines that come in pieces, and none that is too long', async () => {
    const long = JSON.stringify({ name: 'a', description: 'é'.repeat(2_200_000) });
    const ran = await boomgate(['classify', '-', '--json'], { input: `${long}\n{"name":"b"}\n` });
    expect(parsed(ran.stdout)).toEqual([
      { line: 1, error: 'expected a line of at most 4194304 bytes, found a longer one' },
      expect.objectContaining({ name: 'b' }),
    ]);
  });
});
