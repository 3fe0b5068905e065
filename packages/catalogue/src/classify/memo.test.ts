import { expect, it } from 'vitest';
import { MAX_REMEMBERED, MAX_REMEMBERED_LENGTH, remembering } from './memo.ts';

function counting() {
  const asked: string[] = [];
  const lengthOf = remembering((name) => {
    asked.push(name);
    return name.length;
  });
  return { asked, lengthOf };
}

it('a name is worked on once, until one more than can be remembered came', () => {
  const { asked, lengthOf } = counting();
  for (let at = 0; at < MAX_REMEMBERED; at += 1) lengthOf(`name ${at}`);
  expect(lengthOf('name 0')).toBe(6);
  expect(asked).toHaveLength(MAX_REMEMBERED);
  lengthOf('one more');
  expect(lengthOf('name 0')).toBe(6);
  expect(asked.slice(MAX_REMEMBERED)).toEqual(['one more', 'name 0']);
});

it('a name that is too long is not remembered', () => {
  const { asked, lengthOf } = counting();
  const longest = 'a'.repeat(MAX_REMEMBERED_LENGTH);
  for (const name of [longest, longest, `${longest}a`, `${longest}a`])
    expect(lengthOf(name)).toBe(name.length);
  expect(asked).toEqual([longest, `${longest}a`, `${longest}a`]);
});
