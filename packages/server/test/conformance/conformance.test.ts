import { describe, expect, it } from 'vitest';
import { BASELINE, judge } from './baseline.ts';
import { startFixture } from './fixture-process.ts';
import { PAIRS } from './pairs.ts';
import { runPair } from './run-pair.ts';
import { runSuite } from './suite.ts';

describe('P §7.20 the official conformance suite through the gateway', () => {
  it.each(PAIRS)('$name loses nothing but what the baseline names', { timeout: 180_000 }, async (pair) => {
    const { regressions, stale } = await runPair(pair);
    expect({ regressions, stale }).toEqual({ regressions: [], stale: [] });
  });

  it('has a baseline for pairs that exist only, with a reason for every loss', () => {
    expect(Object.keys(BASELINE).filter((name) => !PAIRS.some((pair) => pair.name === name))).toEqual([]);
    for (const losses of Object.values(BASELINE))
      for (const reason of Object.values(losses)) expect(reason).toMatch(/^\S.{10,}$/);
  });
});

describe('the fixture without the gateway', () => {
  it.each([
    ['http-modern', '2026-07-28'],
    ['http-legacy', '2025-11-25'],
  ] as const)(
    "%s passes all of %s, so every loss is the gateway's",
    { timeout: 180_000 },
    async (kind, revision) => {
      await using fixture = await startFixture(kind);
      if (!('url' in fixture.entry)) throw new Error('expected a fixture over HTTP');
      const results = await runSuite(fixture.entry.url, revision);
      expect([...results].filter(([, problems]) => problems.length > 0)).toEqual([]);
    },
  );

  it.each([
    ['http-modern', '2025-11-25'],
    ['http-legacy', '2026-07-28'],
  ] as const)('%s does not speak %s, so a pass through the gateway is a bridge', async (kind, revision) => {
    await using fixture = await startFixture(kind);
    if (!('url' in fixture.entry)) throw new Error('expected a fixture over HTTP');
    const results = await runSuite(fixture.entry.url, revision);
    expect(results.get('tools-call-simple-text')).not.toEqual([]);
  });
});

describe('a verdict', () => {
  const results = new Map([
    ['passes', []],
    ['fails', ['a check: it failed']],
  ]);

  it('calls a loss that is not in the baseline a regression', () => {
    expect(judge(results)).toMatchObject({
      passed: 1,
      applicable: 2,
      regressions: ['fails: a check: it failed'],
    });
  });

  it('accepts a loss that is in the baseline', () => {
    expect(judge(results, { fails: 'why' })).toMatchObject({ known: ['fails'], regressions: [], stale: [] });
  });

  it('calls an entry of the baseline that passes, or that is no scenario, stale', () => {
    expect(judge(results, { fails: 'why', passes: 'why', other: 'why' }).stale).toEqual(['passes', 'other']);
  });
});
