import { describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import { openEgress } from './egress.ts';

describe('a header that a server cannot be given', () => {
  it.each([
    ['Mcp-Session-Id', 'x', 'the gateway sets it'],
    ['two words', 'x', 'expected the name of a header, found "two words"'],
    ['Authorization', 'Bearer \u2026', 'a character beyond Latin-1'],
    ['Authorization', 'Bearer x\n', 'a line break'],
  ])('%s: %j is named with what is wrong with it, never with its value', (name, value, expected) => {
    const timeouts = { connectMs: 1, firstByteMs: 1, idleMs: 1 };
    const target = {
      kind: 'http',
      url: 'https://mcp.example.com/mcp',
      headers: { [name]: value },
      allowPrivate: false,
    } as const;
    const opened = openEgress(target, { timeouts, clock: systemClock });
    expect(opened).toMatchObject({ kind: 'failing', detail: expect.stringContaining(expected) });
    expect(JSON.stringify(opened)).not.toContain('Bearer');
  });
});
