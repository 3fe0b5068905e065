import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import { parsed } from '../../cases/parsing.ts';
import { widensAccess } from './index.ts';

/** Two policies of a hundred rules take about 100 ms; ten times as much is for busy machines. */
const TYPICAL_MS = 1_000;
/** What the bounds on proof and search come to, five times. */
const WORST_MS = 8_000;

const compared = (before: unknown, after: unknown) => {
  const pair = { before: parsed(before), after: parsed(after) };
  const start = performance.now();
  const found = widensAccess(pair, testFunctions);
  return { verdict: found.verdict, tookMs: performance.now() - start };
};

describe('comparing two policies', () => {
  const rules = (raised: number) =>
    Array.from({ length: 50 }, (_, index) => ({
      conditions: [
        { path: `args.a${index % 10}`, op: 'gt', value: index * 10 + (index === 7 ? raised : 0) },
        { path: 'args.name', op: index % 2 === 0 ? 'starts_with' : 'contains', value: `n${index}` },
      ],
    }));
  const hundred = (raised: number) => ({
    version: '1',
    default: 'deny',
    tools: { t: { deny_if: rules(raised) }, 'u_*': { require: rules(raised) } },
  });

  it.each([
    [1, 'yes'],
    // Whatever the lower bound lets through, another rule refuses.
    [-1, 'no'],
    [0, 'no'],
  ])('of a hundred rules takes a moment: one bound %d higher', (raised, verdict) => {
    const found = compared(hundred(0), hundred(raised));
    expect(found.verdict).toBe(verdict);
    expect(found.tookMs).toBeLessThan(TYPICAL_MS);
  });

  it('that have nothing in common ends', () => {
    const other = (start: string) => ({
      version: '1',
      default: 'deny',
      tools: Object.fromEntries(
        Array.from({ length: 120 }, (_, tool) => [
          `${start}${tool}_*`,
          {
            deny_if: Array.from({ length: 10 }, (_rule, index) => ({
              conditions: ['x', 'y'].map((name) => ({
                path: `args.${name}`,
                op: 'regex',
                value: `${start}${index}(a|b)*`,
              })),
            })),
          },
        ]),
      ),
    });
    const found = compared(other('p'), other('q'));
    expect(found.verdict).toBe('yes');
    expect(found.tookMs).toBeLessThan(WORST_MS);
  });
});
