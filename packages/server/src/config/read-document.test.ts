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
    [
      'lists within lists, in YAML',
      'a.yaml',
      `a: ${nested(20_000)}`,
      /a\.yaml:1:\d+: expected at most 256 nested/,
    ],
    ['no more lists than a stack takes', 'a.yaml', `a: ${nested(300)}`, /a\.yaml:1:259: .* nested/],
    ['aliases of aliases', 'a.yaml', multiplied, /aliases/],
    ['an alias of what it is in', 'a.yaml', 'a: &a\n  b: *a\n', /nested/],
  ])('is a problem with its name, and no failure: %s', (_, path, text, expected) => {
    const read = parseDocumentText(path, text);
    expect(read.ok ? [] : read.problems).toContainEqual(expect.stringMatching(expected));
    expect(read.ok ? '' : read.problems[0]).toMatch(/^a\.(?:json|yaml):/);
  });

  it.each([
    ['a.json', `[${'@,\n'.repeat(10_000)}]`],
    ['a.json', `{${'"a":1,\n'.repeat(10_000)}"b":1}`],
    ['a.yaml', '- "'.repeat(10_000)],
    ['a.yaml', '- *x\n'.repeat(10_000)],
  ])('has its first hundred problems told, each quickly: %s', { timeout: 2_000 }, (path, text) => {
    const read = parseDocumentText(path, text);
    expect(read.ok ? [] : read.problems).toHaveLength(100);
  });

  it('is none that repeats a part', () => {
    const text = 'a: &a { b: [1] }\nc: [*a, *a]\n';
    expect(parseDocumentText('a.yaml', text)).toMatchObject({
      ok: true,
      tree: { c: [{ b: [1] }, { b: [1] }] },
    });
  });

  it.each([
    ['token: !SECRET', 'found a tag'],
    ['token: !!SECRET x', 'found a tag'],
    ['token: !a!SECRET', 'found a tag'],
    ['token: |SECRET\n x', 'unexpected token'],
    ['token: >SECRET', 'unexpected token'],
    ['token: ]SECRET', 'unexpected token'],
    ['%SECRET x\n---\na: 1', 'bad directive'],
    ['%YAML SECRET\n---\na: 1', 'bad directive'],
    ['token: "\\USECRET12"', 'in double quotes a backslash'],
    ['token: *SECRET', 'a.yaml:1:8: found "*"'],
    ['token: &SECRET &SECRET x', 'multiple anchors'],
    ['{"token": SECRET}', 'invalid symbol', 'a.json'],
  ])('is not quoted, as a secret may stand there: %j', (text, expected, path = 'a.yaml') => {
    const read = parseDocumentText(path, text);
    const problems = read.ok ? '' : read.problems.join('\n');
    expect(problems).toContain(expected);
    expect(problems).not.toContain('SECRET');
  });

  it.each([
    ['a pattern without quotes', 'hide:\n  - *_delete\n', '2:5: found "[*]" .* in quotes'],
    ['an expression in double quotes', 'value: "\\d+"', '1:9: in double quotes a backslash .* single quotes'],
    ['a text with a colon', 'note: see: this', '1:7: .* put a text with ": " in quotes'],
    ['a tab', 'a: 1\nb:\n\tc: 2', '3:1: found a tab as indentation; indent with spaces'],
    ['a text that begins with a special character', 'a: @x', '1:4: a text cannot begin with this character'],
    ['a second document', 'a: 1\n---\na: 2', '2:1: found "---"'],
    ['a key that occurs twice', 'a: 1\na: 2', '2:1: the key occurs here twice'],
  ])('says of %s where it is and how to mend it', (_, text, expected) => {
    const read = parseDocumentText('a.yaml', text);
    expect(read.ok ? '' : read.problems.join('\n')).toMatch(new RegExp(`^a\\.yaml:${expected}`));
  });
});
