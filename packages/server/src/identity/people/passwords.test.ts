import { hash } from '@node-rs/argon2';
import { expect, it } from 'vitest';
import { Passwords } from './passwords.ts';

const COMPOSED = 'caf\u00e9 au lait \u1ec7';
const DECOMPOSED = COMPOSED.normalize('NFD');

it('a password is the same from every keyboard, however that writes its accents', async () => {
  const passwords = new Passwords();
  for (const set of [COMPOSED, DECOMPOSED])
    for (const typed of [COMPOSED, DECOMPOSED])
      expect(await passwords.verify(await passwords.hash(set), typed)).toBe(true);
  expect(await passwords.verify(await passwords.hash(COMPOSED), 'cafe au lait e')).toBe(false);
});

it('a hash that was made of a password as it was typed still opens to it', async () => {
  const passwords = new Passwords();
  expect(await passwords.verify(await hash(DECOMPOSED), DECOMPOSED)).toBe(true);
  expect(await passwords.verify(await hash(DECOMPOSED), `${DECOMPOSED}!`)).toBe(false);
  expect(await passwords.verify(undefined, DECOMPOSED)).toBe(false);
});
