import { describe, expect, it } from 'vitest';
import type { ServerTarget } from '../clients/index.ts';
import { settingsOf } from './tools.ts';

const settings = (target: ServerTarget, environment = {}) => settingsOf({ target }, 'a', environment);

describe('a server that is started as its client would', () => {
  it('gets its values from the environment', () => {
    const target: ServerTarget = {
      kind: 'stdio',
      command: 'c',
      args: ['${env:A}'],
      env: { B: '${C:-d}' },
      cwd: '/w',
    };
    expect(settings(target, { A: 'x' })).toMatchObject({
      ok: true,
      settings: {
        slug: 'a',
        target: { kind: 'stdio', command: 'c', args: ['x'], env: { B: 'd' }, cwd: '/w' },
      },
    });
    expect(settings({ kind: 'http', url: 'https://h', transport: 'sse', headers: {} })).toMatchObject({
      settings: { target: { kind: 'http', url: 'https://h', transport: 'sse' } },
    });
  });

  it.each<[string, string]>([
    ['${env:A}', 'env: the environment variable A is not set: export it where this command is started'],
    ['${input:a}', 'env: the reference ${input:a} is not understood; expected ${env:NAME}'],
    ['${1:-canary}', 'env: the reference ${1:…} is not understood; expected ${env:NAME}'],
    ['${file:/canary}', 'env: only a configuration file of the gateway may name files; expected ${env:NAME}'],
  ])('is not when %s cannot be resolved, and nothing behind the name is told', (value, reason) => {
    expect(settings({ kind: 'stdio', command: 'c', args: [], env: { K: value } })).toEqual({
      ok: false,
      reason,
    });
  });
});
