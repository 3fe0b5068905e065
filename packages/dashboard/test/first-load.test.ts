import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { DASHBOARD } from './support/built.ts';

/** Bytes of compressed script before the first page is there: a second or two on a slow mobile line. */
const FIRST_LOAD_MAX = 250_000;

const textOf = (name: string): string => readFileSync(join(DASHBOARD, 'assets', name), 'utf8');
const scripts = readdirSync(join(DASHBOARD, 'assets')).filter((name) => name.endsWith('.js'));

/** Scripts with everything that they import before they run. */
function closureOf(names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const [, imported = ''] of textOf(name).matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g))
      visit(imported);
  };
  names.forEach(visit);
  return found;
}

const page = readFileSync(join(DASHBOARD, 'index.html'), 'utf8');
const entries = [...page.matchAll(/\/assets\/([\w.-]+\.js)/g)].map(([, name = '']) => name);
const overview = scripts.filter((name) => name.startsWith('overview-'));
const first = closureOf([...entries, ...overview]);

it(`the first load has at most ${FIRST_LOAD_MAX} bytes of compressed script`, () => {
  expect(overview).toHaveLength(1);
  const bytes = [...first].map((name) => gzipSync(textOf(name), { level: 9 }).length);
  const total = bytes.reduce((sum, one) => sum + one, 0);
  console.log(`first load: ${total} bytes in ${first.size} scripts`);
  expect(total).toBeLessThanOrEqual(FIRST_LOAD_MAX);
});

it('neither the editor nor the engine is part of it, and both are there', () => {
  const marks = {
    editor: 'cm-tooltip-autocomplete',
    engine: 'unevaluatedProperties',
    regex: 'invalid nested repetition operator',
  };
  for (const [what, mark] of Object.entries(marks)) {
    expect(
      [...first].filter((name) => textOf(name).includes(mark)),
      what,
    ).toEqual([]);
    expect(scripts.filter((name) => textOf(name).includes(mark)).length, what).toBeGreaterThan(0);
  }
});

it('the world without a gateway is in no script', () => {
  expect(scripts.filter((name) => /a world in memory|pictures-by-day/.test(textOf(name)))).toEqual([]);
});
