import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from './fold.ts';
import { compilePattern, compileSearch, literalLength } from './pattern.ts';

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 12 });

describe('a pattern', () => {
  it('matches what the same regular expression matches', () => {
    fc.assert(
      fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 }), (pattern, text) => {
        const regex = new RegExp(`^${pattern.replaceAll('*', '[^]*')}$`);
        expect(compilePattern(pattern)(text)).toBe(regex.test(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes time linear in the text', () => {
    const test = compilePattern(`*${'a'.repeat(400)}b${'a'.repeat(400)}*c`);
    const started = performance.now();
    expect(test(`${'a'.repeat(1_000_000)}c`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('counts its literal characters', () => {
    expect(['', '*', 'a*', 'a*b*', 'abc'].map(literalLength)).toEqual([0, 0, 1, 2, 3]);
  });
});

describe('a search', () => {
  it('finds what indexOf finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '😀'), maxLength: 20 });
    fc.assert(
      fc.property(text, text, fc.nat(5), (part, whole, from) => {
        const at = whole.indexOf(part, from);
        if (from <= whole.length)
          expect(compileSearch(part)(whole, from)).toBe(at < 0 ? -1 : at + part.length);
      }),
    );
  });
});

describe('fold', () => {
  it('makes long texts of the same letters as short ones', () => {
    const text = 'aÉ\u{10400}Σ\u{20000}\ud800'.repeat(2_000);
    expect(fold(text) === 'aé\u{10428}σ\u{20000}\ud800'.repeat(2_000)).toBe(true);
  });

  it('maps each code point as simple case folding does', () => {
    const wrong: string[] = [];
    for (let point = 0; point <= 0x1ffff; point += 1) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const character = String.fromCodePoint(point);
      const folded = fold(character);
      // The `iu` flags compare by simple case folding (ECMAScript, Canonicalize).
      const same =
        folded === character ||
        new RegExp(`^\\u{${folded.codePointAt(0)?.toString(16)}}$`, 'iu').test(character);
      if (!same || fold(folded) !== folded) wrong.push(`${point.toString(16)} ${folded}`);
    }
    expect(wrong).toEqual([]);
  });

  it('folds alike whatever simple case folding holds alike', () => {
    const wrong: string[] = [];
    for (let point = 0x80; point <= 0x1ffff; point += 1) {
      const character = String.fromCodePoint(point);
      for (const other of [character.toUpperCase(), character.toLowerCase()]) {
        if ([...other].length !== 1 || other === character) continue;
        const alike = new RegExp(`^\\u{${other.codePointAt(0)?.toString(16)}}$`, 'iu').test(character);
        if (alike !== (fold(other) === fold(character))) wrong.push(`${point.toString(16)} ${other}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
