import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QUERY_CHARACTERS, QUERY_WORDS } from './bounds.ts';
import { matching, readWords, wordsOf, wordsUnderName } from './words.ts';

describe('words', () => {
  it.each([
    ['Create an issue', ['create', 'an', 'issue']],
    ['create_issue', ['create', 'issue']],
    ['Übersetzen: ÉTÉ ﬁle', ['übersetzen', 'été', 'file']],
    ['查询数据 v2', ['查', '询', '数', '据', 'v2']],
    ['⺀ ⼀ ㊑', ['一', '株']],
    ['Привет, мир', ['привет', 'мир']],
    ['"NEAR(a b)" OR c:* ^-', ['near', 'a', 'b', 'or', 'c']],
    ['', []],
  ])('of %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it('of a name are those of its parts and the whole', () => {
    expect(wordsUnderName('getUserById')).toEqual(['getuserbyid', 'get', 'user', 'by', 'id']);
  });
});

describe('a query', () => {
  it('is as long as it may be, and no longer', () => {
    const words = Array.from({ length: QUERY_WORDS + 1 }, (_, at) => `w${at}`).join(' ');
    expect(readWords(words).all).toHaveLength(QUERY_WORDS);
    expect(readWords(`${'x'.repeat(QUERY_CHARACTERS - 2)} yz`).all.at(-1)).toBe('y');
  });

  it('opens its last word from two letters on', () => {
    expect(readWords('get i')).toEqual({ all: ['get', 'i'], isOpen: false });
    expect(matching(readWords('get is'))).toBe('"get" AND "is"*');
  });

  it('never holds anything but letters, digits and marks between its quotes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        for (const word of readWords(text).all) expect(word).toMatch(/^[\p{L}\p{N}\p{M}]+$/u);
      }),
    );
  });
});
