import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import { parsed } from '../../cases/parsing.ts';
import { widensAccess } from './index.ts';

describe('the time that a comparison takes', () => {
  const rules = (raised: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      conditions: [
        { path: `args.a${index % 10}`, op: 'gt', value: index * 10 + (index === 7 ? raised : 0) },
        { path: 'args.name', op: index % 2 === 0 ? 'starts_with' : 'contains', value: `n${index}` },
      ],
    }));
  const document = (raised: number, count: number) => ({
    version: '1',
    default: 'deny',
    tools: { t: { deny_if: rules(raised, count) }, 'u_*': { require: rules(raised, count) } },
  });
  it('x', () => {
    for (const [raised, count] of [
      [0, 50],
      [1, 50],
      [-1, 50],
      [1, 100],
    ] as const) {
      const pair = { before: parsed(document(0, count)), after: parsed(document(raised, count)) };
      const start = performance.now();
      const found = widensAccess(pair, testFunctions);
      console.log(raised, count, performance.now() - start, JSON.stringify(found).slice(0, 300));
      expect(found.verdict).toBeDefined();
    }
  });
});
