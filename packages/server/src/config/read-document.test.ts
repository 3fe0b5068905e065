import { describe, expect, it } from 'vitest';
import { parseDocumentText } from './read-document.ts';

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
/** Each list has nine times the one before. */
const multiplied = [
  'a: &a [x]',
  ...[...'bcdefgh'].map((name, at) => {
    const before = `*${'abcdefg'.charAt(at)}`;
    return `${name}: &${name} [${Array(9).fill(before).join(', ')}]`;
  }),
].join('\n');

describe('a document that no parser takes', () => {
  it.each([
    ['lists within lists, in JSON', 'a.json', `{"a":${nested(50_000)}}`, /nested/],
    ['lists within lists, in YAML', 'a.yaml', `a: ${nested(20_000)}`, /nested|stack/i],
    ['aliases of aliases', 'a.yaml', multiplied, /aliases/],
    ['an alias of what it is in', 'a.yaml', 'a: &a\n  b: *a\n', /nested/],
  ])('is a problem with its name, and no failure: %s', (_, path, text, expected) => {
    const read = parseDocumentText(path, text);
    expect(read.ok ? [] : read.problems).toContainEqual(expect.stringMatching(expected));
    expect(read.ok ? '' : read.problems[0]).toMatch(/^a\.(?:json|yaml):/);
  });

  it('is none that repeats a part', () => {
    const text = 'a: &a { b: [1] }\nc: [*a, *a]\n';
    expect(parseDocumentText('a.yaml', text)).toMatchObject({
      ok: true,
      tree: { c: [{ b: [1] }, { b: [1] }] },
    });
  });

  it.each([
    ['token: !SECRET', 'tag resolve failed'],
    ['token: !!SECRET x', 'tag resolve failed'],
    ['token: !a!SECRET', 'tag resolve failed'],
    ['token: |SECRET\n x', 'unexpected token'],
    ['token: >SECRET', 'unexpected token'],
    ['token: ]SECRET', 'unexpected token'],
    ['%SECRET x\n---\na: 1', 'bad directive'],
    ['%YAML SECRET\n---\na: 1', 'bad directive'],
    ['token: "\\USECRET12"', 'bad dq escape'],
    ['token: *SECRET', 'expected aliases'],
    ['{"token": SECRET}', 'invalid symbol', 'a.json'],
  ])('is not quoted, as a secret may stand there: %j', (text, expected, path = 'a.yaml') => {
    const read = parseDocumentText(path, text);
    const problems = read.ok ? '' : read.problems.join('\n');
    expect(problems).toContain(expected);
    expect(problems).not.toContain('SECRET');
  });
});
