import { describe, expect, it } from 'vitest';
import { hashToken } from '../identity/index.ts';
import { readMetrics } from './metrics-entry.ts';

const TOKEN = 'x'.repeat(32);

function read(token: string): { readonly settings: unknown; readonly said: readonly string[] } {
  const said: string[] = [];
  const settings = readMetrics(
    { token },
    {
      environment: { METRICS_TOKEN: TOKEN },
      report: (steps, message) => said.push(`${steps.join('.')}: ${message}`),
      grantOf: (hash) => (hash === hashToken('y'.repeat(40)) ? 'laptop' : undefined),
    },
  );
  return { settings, said };
}

describe('the token of metrics', () => {
  it('is kept as its hash, also from a variable', () => {
    const settings = { tokenHash: hashToken(TOKEN) };
    expect(read(TOKEN)).toEqual({ settings, said: [] });
    expect(read('${env:METRICS_TOKEN}')).toEqual({ settings, said: [] });
  });

  it.each([
    ['x'.repeat(31), 'token: expected 32 to 256 characters, found 31'],
    [
      '${env:MISSING}',
      'token: the environment variable MISSING is not set: export it where this command is started',
    ],
    ['y'.repeat(40), 'token: is the same as that of the grant laptop; agents must not read metrics'],
  ])('%s is refused', (token, message) => {
    expect(read(token)).toEqual({ settings: undefined, said: [message] });
  });
});
