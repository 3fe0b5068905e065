import { expect, it } from 'vitest';
import { Kept } from './kept.ts';

it('closes all, the newest first, and says what failed first', async () => {
  const closed: string[] = [];
  const kept = new Kept();
  const failing = {
    async [Symbol.asyncDispose]() {
      closed.push('failing');
      throw new Error('cannot be closed');
    },
  };
  const first = { [Symbol.dispose]: () => void closed.push('first') };
  expect([kept.keep(first), kept.keep(undefined)]).toEqual([first, undefined]);
  kept.keep(failing);
  kept.keep({ [Symbol.asyncDispose]: async () => void closed.push('last') });
  await expect(kept[Symbol.asyncDispose]()).rejects.toThrow('cannot be closed');
  expect(closed).toEqual(['last', 'failing', 'first']);
  await kept[Symbol.asyncDispose]();
  expect(closed).toHaveLength(3);
});
