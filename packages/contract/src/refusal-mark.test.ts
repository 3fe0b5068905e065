import { expect, it } from 'vitest';
import { withoutRefusalMark } from './refusal-mark.ts';

it.each([
  ['[POLICY DENIED] Main is merged by people', 'Main is merged by people'],
  ['  [POLICY DENIED]  over 10\n', 'over 10'],
  // With nothing behind it, it is looked for as it is: not for everything.
  ['[POLICY DENIED] ', '[POLICY DENIED] '],
  ['about [POLICY DENIED] texts', 'about [POLICY DENIED] texts'],
])('%j is looked for as %j', (text, found) => {
  expect(withoutRefusalMark(text)).toBe(found);
});
