import fc from 'fast-check';
import { check, type VulnerableDiagnostics } from 'recheck';
import { expect, it } from 'vitest';
import { seeded, times } from '../packages/engine/test/runs.ts';
import { LONG, literalsOf, SQUARE } from './expressions.ts';
import { sources } from './sources.ts';

const DRAWN = times(1);

/** Without any of these an expression looks at a few characters from each place on. */
const REPEATS = /[*+{]/;

/** Milliseconds for one expression, and for all: without a program of its own for the machine the check is ten times slower. */
const ONE_MS = 30_000;
const ALL_MS = 600_000;

it('no regular expression of the code may take more than linear work on a text that somebody else chose', {
  timeout: ALL_MS,
}, async () => {
  const literals = new Set(sources().flatMap(literalsOf));
  const [drawn = []] = fc.sample(fc.shuffledSubarray([...LONG], { minLength: LONG.length }), seeded(1));
  const known = new Set(drawn.slice(DRAWN));
  const found: string[] = [];
  for (const literal of literals) {
    if (!REPEATS.test(literal) || known.has(literal)) continue;
    const end = literal.lastIndexOf('/');
    const judged = await check(literal.slice(1, end), literal.slice(end + 1), { timeout: ONE_MS });
    if (judged.status === 'safe') continue;
    if (judged.status === 'vulnerable' && judged.checker === 'fuzz' && !isShown(literal, judged)) continue;
    const work = judged.status === 'vulnerable' ? judged.complexity.type : judged.status;
    expect([literal, work]).toEqual([literal, 'polynomial']);
    found.push(literal);
  }
  const expected = Object.keys(SQUARE).filter((literal) => !known.has(literal));
  expect(found.sort()).toEqual(expected.sort());
});

/** Characters of a text on which work that grows with the square takes seconds, and other work some ten milliseconds; and what lies between. */
const SHOWN_CHARACTERS = 100_000;
const SHOWN_MS = 300;

/** Of expressions that are too large to be proven something, the checker only suspects one at random: it has to show it. */
function isShown(literal: string, { attack }: VulnerableDiagnostics): boolean {
  const pumped = attack.pumps.map(({ prefix, pump }) => {
    const times = SHOWN_CHARACTERS / attack.pumps.length / pump.length;
    return prefix + pump.repeat(Math.ceil(times));
  });
  const end = literal.lastIndexOf('/');
  const expression = new RegExp(literal.slice(1, end), literal.slice(end + 1).replace(/[gy]/g, ''));
  const began = performance.now();
  expression.test(pumped.join('') + attack.suffix);
  return performance.now() - began > SHOWN_MS;
}
