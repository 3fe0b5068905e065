import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { World } from '../world.ts';
import { confirmed } from './confirm.ts';

/** A terminal on which this is typed, as far as the question looks at the world. */
function terminal(typed: string | undefined, isTty = true): World {
  const stdin = Object.assign(new PassThrough(), { isTTY: isTty });
  if (typed === undefined) stdin.end();
  else stdin.write(typed);
  return { stdin, facts: { stderr: { isTty } } } as unknown as World; // Only these two are looked at.
}

describe('a question', () => {
  it.each([
    ['y\n', 'yes'],
    ['YES\n', 'yes'],
    ['\n', 'no'],
    ['n\n', 'no'],
    ['yess\n', 'no'],
    [undefined, 'no'],
  ])('that is answered with %j is a %s', async (typed, answer) => {
    expect(await confirmed(false, 'change it?', terminal(typed))).toBe(answer);
  });

  it('has nobody to answer where there is no terminal', async () => {
    expect(await confirmed(false, 'change it?', terminal('y\n', false))).toBe('nobody');
  });

  it('is not asked when the answer was given', async () => {
    expect(await confirmed(true, 'change it?', terminal(undefined, false))).toBe('yes');
  });
});
