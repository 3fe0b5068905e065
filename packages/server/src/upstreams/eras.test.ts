import { describe, expect, it } from 'vitest';
import { manualClock } from '../../test/upstreams/manual-clock.ts';
import { LEGACY_VERDICT_MS, REPROBE_MS } from './bounds.ts';
import { openEras, type Verdict } from './eras.ts';
import { failing } from './failures.ts';

const outage: Verdict = failing('unreachable', 'x', { acted: 'no' });
const verdict = (era: 'modern' | 'legacy'): Verdict => ({ kind: 'verdict', era });

function setUp(...answers: Verdict[]) {
  const clock = manualClock();
  const probes = { count: 0 };
  const probe = async () => answers[Math.min(probes.count++, answers.length - 1)] ?? outage;
  return { clock, probes, eras: openEras('auto', probe, clock) };
}

describe('openEras', () => {
  it('does not probe a configured era', async () => {
    const eras = openEras('legacy', () => Promise.reject(new Error('probed')), manualClock());
    expect(await eras.decide()).toEqual(verdict('legacy'));
    expect(eras.known()).toBe('legacy');
  });

  it('probes once for all who ask at the same time', async () => {
    const { eras, probes } = setUp(verdict('modern'));
    await Promise.all([eras.decide(), eras.decide(), eras.decide()]);
    expect(probes.count).toBe(1);
  });

  it('believes a legacy verdict for a day and a modern one without end', async () => {
    const legacy = setUp(verdict('legacy'), verdict('modern'));
    await legacy.eras.decide();
    legacy.clock.advance(LEGACY_VERDICT_MS - 1);
    expect(legacy.eras.known()).toBe('legacy');
    legacy.clock.advance(1);
    expect(legacy.eras.known()).toBeUndefined();
    expect(await legacy.eras.decide()).toEqual(verdict('modern'));
    legacy.clock.advance(10 * LEGACY_VERDICT_MS);
    expect(legacy.eras.known()).toBe('modern');
  });

  it('takes no verdict from an outage and asks again', async () => {
    const { eras, probes } = setUp(outage, verdict('modern'));
    expect(await eras.decide()).toEqual(outage);
    expect(await eras.decide()).toEqual(verdict('modern'));
    expect(probes.count).toBe(2);
  });

  it('keeps an expired verdict while the server cannot be asked', async () => {
    const { eras, clock } = setUp(verdict('legacy'), outage);
    await eras.decide();
    clock.advance(LEGACY_VERDICT_MS);
    expect(await eras.decide()).toEqual(verdict('legacy'));
  });

  it('probes again after doubt, but not right after a probe', async () => {
    const { eras, clock, probes } = setUp(verdict('modern'), verdict('legacy'));
    await eras.decide();
    eras.doubt();
    expect(eras.known()).toBe('modern');
    clock.advance(REPROBE_MS);
    eras.doubt();
    expect(await eras.decide()).toEqual(verdict('legacy'));
    expect(probes.count).toBe(2);
  });
});
