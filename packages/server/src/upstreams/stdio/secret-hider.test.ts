import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { secretHider } from './secret-hider.ts';

const KEY = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n';
const env = {
  KEY,
  PASSWORD: `p"a'ss\\word"1`,
  SHORT: 'true',
  STEM: 'correct-horse',
  WHOLE: 'correct-horse-battery-staple',
};
const parts = ['MIIEvQIBADANBgkq', 'hkiG9w0BAQEFAASC', 'ss\\word', 'correct-horse', 'battery'];

describe('what a process prints of its own variables', () => {
  it.each([
    [
      'as the shell does',
      Object.entries(env)
        .map(([name, value]) => `${name}=${value}`)
        .join('\n'),
    ],
    ['as JSON', JSON.stringify(env)],
    ['as Node does', inspect(env)],
    [
      'one by one as Node does',
      Object.values(env)
        .map((value) => inspect(value))
        .join('\n'),
    ],
  ])('is taken out of its log, %s', (_, text) => {
    const hide = secretHider(env);
    const shown = text.split('\n').map(hide).join('\n');
    expect(parts.filter((part) => shown.includes(part))).toEqual([]);
    expect(shown).toContain('***');
    expect(shown).toContain('true');
  });

  it('is all that is taken out', () => {
    expect(secretHider(env)('listening on port 80')).toBe('listening on port 80');
    expect(secretHider({})('listening on port 80')).toBe('listening on port 80');
  });
});
