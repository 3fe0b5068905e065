import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { openOutput } from '../terminal/index.ts';
import { type ToolLine, toolLines } from './tool-lines.ts';

it.each([
  [true, 'reading from the terminal, one tool a line; Ctrl-D on a line of its own ends it\n'],
  [false, ''],
])('says what it waits for where standard input is a terminal: %s', async (isTTY, expected) => {
  const said: string[] = [];
  const streams = { stdout: () => {}, stderr: (text: string) => void said.push(text) };
  const colour = { stdout: false, stderr: false };
  const output = openOutput(streams, { width: 80, colour, quiet: false });
  const stdin = Object.assign(new PassThrough(), { isTTY });
  stdin.end('{"name":"read_file"}\n');
  const tools: ToolLine[] = [];
  for await (const lot of toolLines('-', { output, stdin })) tools.push(...lot);
  expect(tools).toMatchObject([{ line: 1, read: { ok: true, tool: { name: 'read_file' } } }]);
  expect(said.join('')).toBe(expected);
});
