import { describe, expect, it } from 'vitest';
import { describeAt, shorten } from './describe.ts';

describe('what stands at an offset', () => {
  it.each([
    ['a', 1, 'the end of the text'],
    ['{ab1: 1}', 1, '"ab1" without quotes'],
    ['\n', 0, 'a line break'],
    ['a\r', 1, 'a line break'],
    ['\u0000', 0, 'the control character U+0000'],
    ['\u001f', 0, 'the control character U+001F'],
    [' ', 0, 'the control character U+0020'],
    ['!', 0, '"!"'],
    ['"', 0, 'a double quote'],
    ['~', 0, '"~"'],
    ['\u007f', 0, 'the control character U+007F'],
    ['\u0080', 0, 'the control character U+0080'],
    ['\u00a0', 0, 'the invisible character U+00A0'],
    ['\u200b', 0, 'the invisible character U+200B'],
    ['😀', 0, '"😀"'],
    ["x'", 1, 'a single quote; JSON strings stand in double quotes'],
    ['None', 0, 'a word of Python; write true, false or null'],
    ['Nonesuch', 0, '"Nonesuch" without quotes'],
    ['-Infinity', 0, 'a value that JSON does not have; write a number or null'],
  ])('of %j, %d, is said', (text, offset, said) => {
    expect(describeAt(text, offset)).toBe(said);
  });

  it('is said with at most forty characters', () => {
    expect(shorten('x'.repeat(40))).toBe('x'.repeat(40));
    expect(shorten('x'.repeat(41))).toBe(`${'x'.repeat(40)}…`);
  });
});
