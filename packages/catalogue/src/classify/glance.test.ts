import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { glanceFor } from './glance.ts';
import { lookAt } from './look.ts';
import { SAID } from './said.ts';
import { SPEECH } from './speech.ts';

const seeded = { seed: Number(process.env['BOOMGATE_SEED'] ?? 20261126), numRuns: 300 };
const patterns = Object.entries({ ...SAID, ...SPEECH });

describe('a look at a text', () => {
  it.each(patterns)('never misses what %s matches', (name, { says }) => {
    // The generator knows no word boundaries; what does not match for want of one is left out.
    const matching = fc.stringMatching(new RegExp(says.source.replaceAll('\\b', '')));
    let tried = 0;
    fc.assert(
      fc.property(fc.string(), matching, fc.boolean(), fc.string(), (before, match, isUpper, after) => {
        const text = `${before} ${isUpper && says.ignoreCase ? match.toUpperCase() : match} ${after}`;
        if (!says.test(text)) return;
        tried += 1;
        expect(lookAt(text).may).toContain(name);
      }),
      seeded,
    );
    expect(tried).toBeGreaterThan(seeded.numRuns / 10);
  });

  it('finds nothing in a usual description', () => {
    expect(lookAt('Lists the files of a folder, newest first.')).toMatchObject({ isPlain: true, may: [] });
  });

  it('knows printable ASCII, also at its edges', () => {
    for (const text of ['', ' ~\n\r\t', 'a b']) expect(lookAt(text).isPlain).toBe(true);
    for (const text of ['\u001f', '\u007f', '\u000b', 'é', 'a\u200b'])
      expect(lookAt(text).isPlain).toBe(false);
  });
});

describe('pieces', () => {
  const groups = (count: number) =>
    Array.from({ length: count }, (_, at) => [`a${String(at).padStart(3, '0')}`]);

  it('stand in at most 31 groups', () => {
    expect(() => glanceFor({ all: { has: groups(31) } })).not.toThrow();
    expect(() => glanceFor({ all: { has: groups(32) } })).toThrow('at most 31 groups of pieces, found 32');
  });

  it('have three or four characters', () => {
    const glance = glanceFor({ three: { has: [['abc']] }, four: { has: [['defg']] } });
    expect([glance('ABC').may, glance('xxabc').may, glance('DEFG').may]).toEqual([
      ['three'],
      ['three'],
      ['four'],
    ]);
    for (const piece of ['ab', 'abcde'])
      expect(() => glanceFor({ it: { has: [[piece]] } })).toThrow('three or four characters');
  });

  it('must all be there, one of each group', () => {
    const glance = glanceFor({ both: { has: [['abcd', 'efgh'], ['ijkl']] } });
    expect([glance('abcd efgh').may, glance('ijkl efgh').may]).toEqual([[], ['both']]);
  });
});
