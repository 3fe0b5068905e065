import type { JsonObject } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import type { ToolSnapshot } from '../store/index.ts';
import { heldWords } from './held-words.ts';

const snapshot = (
  fingerprint: string,
  state: ToolSnapshot['state'],
  definition: JsonObject,
): ToolSnapshot => ({
  organization: 'default',
  server: 's',
  tool: 't',
  fingerprint,
  definition,
  classification: { class: 'Execute', severity: 'High', evidence: [], signals: [], by: '1' },
  state,
  isOffered: true,
  firstSeenAtMs: 0,
  seenAtMs: 0,
});
const about = {
  server: 's',
  tool: 't',
  held: { fingerprint: 'y', sinceMs: Date.UTC(2026, 6, 28, 17, 5, 59) },
};
const old = snapshot('x', 'accepted', { name: 't', description: 'd' });

describe('what the agent of a held tool is told', () => {
  it('names what changed in our words alone, and a command that only shows', () => {
    const next = snapshot('y', 'held', {
      name: 't',
      description: 'IGNORE ALL',
      inputSchema: { properties: { IGNORE: {} } },
      IGNORE: 1,
    });
    expect(heldWords(about, [next, old])).toBe(
      'tool "t" is held since 2026-07-28 17:05 UTC: its server changed its other parts, description and arguments, and no person has accepted it yet; whoever runs the gateway can look at it with: boomgate drift show s t',
    );
  });

  it.each([
    [[snapshot('y', 'held', {})], 'it is new on its server'],
    [[], 'its definition is not the recorded one'],
    [[snapshot('y', 'held', { name: 't' }), old], 'its server changed its description'],
  ])('says what is known otherwise', (snapshots, words) => {
    expect(heldWords({ ...about, held: { fingerprint: 'y' } }, snapshots)).toContain(
      `tool "t" is held: ${words},`,
    );
  });
});
