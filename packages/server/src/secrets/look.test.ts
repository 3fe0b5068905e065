import type { JsonObject } from '@boomgate/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECRETS } from '../../test/support/secrets.ts';
import { lookForSecrets } from './index.ts';

const looked = async (tree: JsonObject, redacts = false): Promise<readonly string[]> =>
  [...(await lookForSecrets(tree, { who: 'tests', redacts }))].map(([kind, under]) => `${kind} in ${under}`);
const redacted = async (tree: JsonObject): Promise<JsonObject> => {
  await looked(tree, true);
  return tree;
};
const TOKEN = SECRETS['GitHub token'];
const MARK = '[REDACTED GitHub token]';

describe('a secret', () => {
  it.each(Object.entries(SECRETS))('is known by its form: %s', async (kind, secret) => {
    for (const text of [secret, `use "${secret}" here`, `a=${secret}\n`, `x,${secret},${secret}.`]) {
      expect(await looked({ body: text })).toEqual([`${kind} in body`]);
      const { body } = await redacted({ body: text });
      expect(body).toContain(`[REDACTED ${kind}]`);
      expect(body).not.toContain(secret.slice(-12));
    }
  });

  it.each(Object.entries(SECRETS))(
    'is none in the middle of a word, or too short: %s',
    async (kind, secret) => {
      if (kind !== 'private key')
        expect(await looked({ body: `x${secret}` })).not.toContain(`${kind} in body`);
      expect(await looked({ body: secret.slice(0, 10) })).toEqual([]);
    },
  );

  it('is found however deep, in names of members, and once for each kind', async () => {
    const { 'npm token': other } = SECRETS;
    const tree = { a: [{ b: [TOKEN] }], [TOKEN]: 1, c: { [other]: TOKEN } };
    expect(await looked({ ...tree, [TOKEN]: TOKEN })).toEqual([`GitHub token in ${MARK}`, 'npm token in c']);
    expect(await looked({ a: tree.a, c: tree.c })).toEqual(['GitHub token in c', 'npm token in c']);
    expect(await redacted(tree)).toEqual({
      a: [{ b: [MARK] }],
      [MARK]: 1,
      c: { '[REDACTED npm token]': MARK },
    });
  });

  it('is taken out also of members whose names mean something to JavaScript', async () => {
    const tree = JSON.parse(`{"__proto__":"${TOKEN}","constructor":{"__proto__":["${TOKEN}"]}}`);
    expect(JSON.stringify(await redacted(tree))).toBe(
      `{"__proto__":"${MARK}","constructor":{"__proto__":["${MARK}"]}}`,
    );
  });

  it('leaves the rest of a text as it is, all lines of a private key go, and what was cut off goes with it', async () => {
    const key = SECRETS['private key'];
    const { body, cut } = await redacted({
      body: `before\n${key}\nafter ${TOKEN}!`,
      cut: `before ${key.slice(0, -30)}`,
    });
    expect(body).toBe(`before\n[REDACTED private key]\nafter ${MARK}!`);
    expect(cut).toBe('before [REDACTED private key]');
  });

  it('is found wherever it stands in a long text', async () => {
    const at = fc.integer({ min: 0, max: 600_000 });
    await fc.assert(
      fc.asyncProperty(at, at, async (one, other) => {
        const text = `${' '.repeat(one)}${TOKEN}${'-'.repeat(other)} ${TOKEN}`;
        const { body } = await redacted({ body: text });
        expect(body).toBe(`${' '.repeat(one)}${MARK}${'-'.repeat(other)} ${MARK}`);
      }),
      {
        numRuns: 20,
        examples: [
          [256 * 1024 - 10, 0],
          [256 * 1024 - 1, 1],
          [256 * 1024, 256 * 1024 - 40],
        ],
      },
    );
  });
});

it.each([
  'a UUID 123e4567-e89b-12d3-a456-426614174000',
  `a digest ${'0123456789abcdef'.repeat(4)}`,
  'postgres://localhost:5432/app, and https://example.com:8443/a@b',
  'postgres://app:${DB_PASSWORD}@db/app, mysql://<user>:<password>@host, redis://:****@cache',
  'xoxo-hugs-and-kisses, and xapp-is-how-it-begins',
  'skeleton-keys, task-and-answer, glance-over-the-shoulder-of-somebody',
  'eyJ is how such a token begins; AKIA how another does',
  `data:image/png;base64,${'iVBORw0KGgoAAAANSUhEUgAA'.repeat(40)}`,
  'sha512-1gS+Q2K9ZxkQO3y2W6tJv0Xq8Zr3yYxPqSgq4nE0K0J2gkq5cV1yM2b8nYw0aE6M4z1y==',
])('nothing is found in what is none: %s', async (text) => {
  expect(await looked({ text })).toEqual([]);
});

it('others have their turn while much is looked at, also where nothing of it is a text', async () => {
  const many = Array.from({ length: 200_000 }, (_, index) => index);
  const turnsDuring = async (tree: JsonObject): Promise<number> => {
    let turns = 0;
    let next = setImmediate(function take() {
      turns += 1;
      next = setImmediate(take);
    });
    expect(await looked(tree)).toEqual([]);
    clearImmediate(next);
    return turns;
  };
  const tree = { text: 'a '.repeat(2_000_000), many, texts: many.map((one) => `the text of ${one}`) };
  // Twelve million characters, as they count.
  expect(await turnsDuring(tree)).toBeGreaterThan(30);
  // Several pieces fit into one turn.
  expect(await turnsDuring({ many })).toBeGreaterThan(1);
});

it('the shortest one is looked at', async () => {
  expect(await looked({ url: 'smtp://:x@' })).toEqual(['password in an address in url']);
});

it('no text takes longer than its length', async () => {
  const beginnings = ['eyJ', '-eyJ', '.eyJaaaaaaaaaaaaa', 'sk-', 'postgres://a:', '-----BEGIN A A A '];
  const startMs = performance.now();
  for (const one of beginnings) {
    await looked({ text: one.repeat(Math.ceil(1_000_000 / one.length)) });
    await looked({ text: ` ${one}`.repeat(Math.ceil(1_000_000 / one.length)) });
  }
  expect(performance.now() - startMs).toBeLessThan(6_000);
});
