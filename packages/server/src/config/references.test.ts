import { expect, it } from 'vitest';
import { resolveReferences } from './references.ts';

it.each([
  ['${MY-KEY:-canary}', '${MY…}'],
  ['${1:-canary}', '${1:…}'],
  ['${file:/canary}', '${file:…}'],
  ['${input:key}', '${input:key}'],
  ['${}', '${}'],
])('of the reference in %j no value is told', (text, shown) => {
  expect(resolveReferences(text, {})).toEqual({
    problem: `the reference ${shown} is not understood; expected \${env:NAME}`,
  });
});
