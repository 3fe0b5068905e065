import { describe, expect, it } from 'vitest';
import { corpus, fuzz } from './fuzz.ts';

const BODIES = 30_000;

describe('bodies that parsers could read differently', () => {
  it('are refused, or read by every parser as they were judged', () => {
    const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
    const { accepted, differences } = fuzz(seed, (bodies) => bodies < BODIES);
    console.log(`fuzz: seed ${seed}, ${BODIES} bodies, ${accepted} accepted`);
    expect(differences).toEqual([]);
    // A fuzzer that nearly always makes nonsense tests the parser's first line only.
    expect(accepted).toBeGreaterThan(BODIES / 20);
  });

  it('have a corpus that grew from what went wrong or nearly did', () => {
    expect(corpus().length).toBeGreaterThan(5);
  });
});
