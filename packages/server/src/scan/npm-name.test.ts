import { describe, expect, it } from 'vitest';
import { PACKAGE_CHARACTERS } from './bounds.ts';
import { readSpec } from './npm-name.ts';

describe('the name of a package', () => {
  it.each([
    ['a', { name: 'a' }],
    ['@scope/a', { name: '@scope/a' }],
    ['@scope/a@1.2.3-beta.1', { name: '@scope/a', version: '1.2.3-beta.1' }],
    ['a@latest', { name: 'a', version: 'latest' }],
    ['a'.repeat(PACKAGE_CHARACTERS), { name: 'a'.repeat(PACKAGE_CHARACTERS) }],
  ])('may be %s', (spec, read) => {
    expect(readSpec(spec)).toEqual(read);
  });

  it.each([
    '',
    '.',
    '..',
    '../a',
    './a',
    '/a',
    'a/b',
    '@scope',
    '@scope/',
    '-g',
    '--prefix',
    'a@',
    'a@^1',
    'a@>1',
    'a@file:b',
    'a@npm:b',
    'a@https://x',
    'github:a/b',
    'git+https://x',
    'https://x/a.tgz',
    'a b',
    'a\n',
    'a'.repeat(PACKAGE_CHARACTERS + 1),
  ])('is not %j', (spec) => {
    expect(readSpec(spec)).toBeUndefined();
  });
});
