import { expect, it } from 'vitest';
import { WARNINGS_KEPT, WARNINGS_MS } from '../limits/index.ts';
import { boundedWarnings } from './warnings.ts';

it('says the same once, so much at the most, and afterwards how much that was not', () => {
  let nowMs = 0;
  const said: object[] = [];
  const warn = boundedWarnings({ monotonicMs: () => nowMs }, (fields) => said.push(fields));
  for (let count = 0; count < 3; count += 1) warn({ why: 'over' }, 'not taken');
  expect(said).toEqual([{ why: 'over' }]);
  for (let count = 0; count < 2 * WARNINGS_KEPT; count += 1) warn({ address: count }, 'not taken');
  expect(said).toHaveLength(WARNINGS_KEPT);
  nowMs = WARNINGS_MS;
  warn({ why: 'over' }, 'not taken');
  expect(said.slice(WARNINGS_KEPT)).toEqual([{ leftOut: 3 + WARNINGS_KEPT }, { why: 'over' }]);
});
