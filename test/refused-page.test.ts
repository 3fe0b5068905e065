import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, sourceTexts } from './sources.ts';

/** Shorter ones occur everywhere. */
const LEAST_LENGTH = 6;

/** What an agent is said to see: the code in the cells under such a head, without what differs from one answer to the next. */
function wordsIn(page: string): readonly string[] {
  const tables = page.match(/^\|.*the agent sees[\s\S]*?\n\n/gm) ?? [];
  const cells = tables.flatMap((table) => {
    const [head = '', , ...lines] = table.trim().split('\n');
    const column = cellsOf(head).indexOf('the agent sees');
    return lines.map((line) => cellsOf(line)[column] ?? '');
  });
  return cells
    .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''))
    .flatMap((said) => {
      const [, mark = '', rest = ''] = /^(?:\[([A-Z ]+)\])?(.*)$/.exec(said) ?? [];
      return [mark, ...rest.split(/["…:;,.()]|\b[A-Z]+\b|\bsince\b/)];
    })
    .map((part) => part.trim())
    .filter((part) => part.length >= LEAST_LENGTH);
}

const cellsOf = (line: string): readonly string[] => line.split('|').map((cell) => cell.trim());

describe('docs/refused.md', () => {
  it('quotes what agents are told as the source says it', () => {
    const page = readFileSync(join(ROOT, 'docs/refused.md'), 'utf8');
    const source = sourceTexts().join('\n');
    const words = wordsIn(page);
    expect(words.length).toBeGreaterThan(40);
    expect(words.filter((part) => !source.includes(part))).toEqual([]);
  });
});
