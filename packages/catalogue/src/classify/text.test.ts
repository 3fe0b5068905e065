import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotation, sentencesOf, wordsOfSentence } from './text.ts';

const seeded = { seed: Number(process.env['BOOMGATE_SEED'] ?? 20261126), numRuns: 1_000 };
const pieces = fc.constantFrom(
  'get',
  'Delete',
  'e.g',
  '.',
  '. ',
  '! ',
  '?',
  ';',
  '\n',
  '\r\n',
  '  ',
  '\t',
  ',',
  '/',
  '&',
  '_',
  "it's",
  '42',
);
const plain = fc.oneof(
  fc.string(),
  fc.array(pieces, { maxLength: 40 }).map((all) => all.join('')),
);
const any = fc.oneof(plain, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));

describe('what is quick for usual texts is what holds for all', () => {
  it('of words', () => {
    fc.assert(
      fc.property(any, fc.integer({ min: 0, max: 12 }), (text, max) => {
        const words = text.toLowerCase().match(/[\p{L}\p{N}]+|[,/&]/gu) ?? [];
        expect(wordsOfSentence(text, max)).toEqual(words.slice(0, max));
      }),
      seeded,
    );
  });

  it('of sentences', () => {
    fc.assert(
      fc.property(plain, (text) => {
        const [quick, slow] = [true, false].map((isPlain) => sentencesOf(text, { isPlain, max: 9 }));
        expect(quick).toEqual(slow);
      }),
      seeded,
    );
  });

  it('of quotations, which are one tidy line', () => {
    fc.assert(
      fc.property(plain, (text) => {
        const tidy = text.replace(/\s+/g, ' ').trim();
        expect(quotation(text, 1_000)).toBe(tidy.length > 1_000 ? `${tidy.slice(0, 999)}…` : tidy);
      }),
      seeded,
    );
  });
});

it('a thousand characters of a sentence are looked at', () => {
  expect(wordsOfSentence(`${' '.repeat(999)}ab`, 9)).toEqual(['a']);
  expect(wordsOfSentence(`${' '.repeat(998)}ab`, 9)).toEqual(['ab']);
});
