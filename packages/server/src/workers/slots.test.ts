import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { slotOf, slotOfName } from './slots.ts';

const TEXTS = Array.from({ length: 4_000 }, () => randomBytes(32).toString('base64url'));

it.each([1, 2, 3, 4, 64])('gives each of %i processes its share of texts', (slots) => {
  const counts = Array.from({ length: slots }, () => 0);
  for (const text of TEXTS) counts[slotOf(text, slots)] = (counts[slotOf(text, slots)] ?? 0) + 1;
  const share = TEXTS.length / slots;
  for (const count of counts) expect(Math.abs(count - share)).toBeLessThan(6 * Math.sqrt(share));
});

it('goes by what makes a text unique, and not by what an agent can add', () => {
  const [text = ''] = TEXTS;
  expect(slotOf(`${text.slice(0, 16)}another`, 64)).toBe(slotOf(text, 64));
  expect(slotOf('', 64)).toBeLessThan(64);
});

it('shares out names that begin alike', () => {
  const names = Array.from({ length: 400 }, (_, at) => `file:agents-of-the-shop-${at}`);
  expect(new Set(names.map((name) => slotOfName(name, 4))).size).toBe(4);
  expect(new Set(names.map((name) => slotOf(name, 4))).size).toBe(1);
});
