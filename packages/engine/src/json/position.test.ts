import { describe, expect, it } from 'vitest';
import { positionsIn, utf8Length } from './position.ts';

describe('a position', () => {
  const at = positionsIn('\nab\n\nc');

  it.each([
    [0, 1, 1],
    [1, 2, 1],
    [3, 2, 3],
    [4, 3, 1],
    [5, 4, 1],
    [6, 4, 2],
  ])('of offset %d is line %d, column %d', (offset, line, column) => {
    expect(at(offset)).toEqual({ line, column });
  });
});

describe('the bytes of UTF-8', () => {
  it.each([
    '',
    'a\u0000',
    '\u007f',
    '\u0080',
    '\u07ff',
    '\u0800',
    '\uffff',
    '\u{10000}',
    '\u{10ffff}',
    '\ud800',
  ])('of %j are as many as the platform writes', (text) => {
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
  });
});
