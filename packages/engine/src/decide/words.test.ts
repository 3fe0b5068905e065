import { describe, expect, it } from 'vitest';
import { describeWait, joinSentences, name } from './words.ts';

describe('the words of messages', () => {
  it.each([
    [1, '1 s'],
    [1_001, '2 s'],
    [120_000, '120 s'],
    [120_001, '3 min'],
    [7_200_000, '120 min'],
    [7_200_001, '3 h'],
    [172_800_000, '48 h'],
    [172_800_001, '3 d'],
    [30 * 86_400_000, '30 d'],
    [180_000, '3 min'],
    [180_001, '4 min'],
    [10_800_000, '3 h'],
  ])('round a wait of %d ms up to %s', (waitMs, text) => {
    expect(describeWait(waitMs)).toBe(text);
  });

  it('show names of 128 characters, and of longer ones so many', () => {
    expect(name('x'.repeat(128))).toBe(`"${'x'.repeat(128)}"`);
    expect(name(`${'x'.repeat(128)}y`)).toBe(`"${'x'.repeat(128)}…"`);
    expect(name('a"b')).toBe('"a\\"b"');
  });

  it('join sentences with or without a full stop', () => {
    expect(joinSentences('One', 'Two')).toBe('One. Two');
    expect(joinSentences('One! ', 'Two')).toBe('One! Two');
  });
});
