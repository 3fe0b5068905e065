import { describe, expect, it } from 'vitest';
import { confirmsModern, evidenceOf } from './evidence.ts';
import type { ReadAnswer } from './read-answer.ts';

const error = (code: number, supported?: string[]): ReadAnswer => ({
  kind: 'error',
  error: supported === undefined ? { code, message: 'x' } : { code, message: 'x', data: { supported } },
});
const result = (value: Record<string, string[] | Record<string, string>>): ReadAnswer => ({
  kind: 'result',
  result: value,
});

/** The rows of P §2.4 that an answer alone decides. */
const rows: readonly [string, ReadAnswer, string][] = [
  ['a discovery with our version', result({ supportedVersions: ['2026-07-28'], capabilities: {} }), 'modern'],
  [
    'a discovery without our version',
    result({ supportedVersions: ['2031-01-01'], capabilities: {} }),
    'legacy',
  ],
  ['a result that is no discovery', result({ tools: [] }), 'legacy'],
  ['-32022 that offers our version', error(-32022, ['2026-07-28']), 'modern'],
  ['-32022 with legacy versions only', error(-32022, ['2025-11-25']), 'legacy'],
  ['-32022 without data', error(-32022), 'legacy'],
  ['-32020', error(-32020), 'unsure'],
  ['-32021', error(-32021), 'unsure'],
  ['-32601', error(-32601), 'legacy'],
  ['-32000', error(-32000), 'legacy'],
  ['an answer with a wrong id', { kind: 'bad', problem: 'x' }, 'legacy'],
];

describe('evidenceOf', () => {
  it.each(rows)('takes %s', (_, answer, era) => {
    expect(evidenceOf(answer)).toBe(era);
  });
});

describe('confirmsModern', () => {
  it('believes a second modern code or a modern result, and nothing else', () => {
    expect(confirmsModern(error(-32020))).toBe(true);
    expect(confirmsModern({ kind: 'result', result: { resultType: 'complete' } })).toBe(true);
    expect(confirmsModern({ kind: 'result', result: {} })).toBe(false);
    expect(confirmsModern(error(-32601))).toBe(false);
  });
});
