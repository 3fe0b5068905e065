import { describe, expect, it } from 'vitest';
import { manualClock } from '../../test/upstreams/manual-clock.ts';
import { LEGACY_VERDICT_MS, REPROBE_MS } from './bounds.ts';
import { type Manner, openEras, type Verdict } from './eras.ts';
import { failing } from './failures.ts';

const outage: Verdict = failing('unreachable', 'x', { acted: 'no' });
const verdict = (era: 'modern' | 'legacy'): Manner => ({ kind: 'verdict', era, transport: 'http' });

function setUp(...answers: Verdict[]) {
  const clock = manualClock();
  const probes = { count: 0 };
  const probe = async () => answers[Math.min(probes.count++, answers.length - 1)] ?? outage;
  return { clock, probes, eras: openEras(undefined, { probe }, clock) };
}

describe('openEras', () => {
  it('does not probe a configured era', async () => {
    const eras = openEras(
      verdict('legacy'),
      { probe: () => Promise.reject(new Error('probed')) },
      manualClock(),
    );
    expect(await eras.decide()).toEqual(verdict('legacy'));
    expect(eras.known()?.era).toBe('legacy');
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
    expect(legacy.eras.known()?.era).toBe('legacy');
    legacy.clock.advance(1);
    expect(legacy.eras.known()).toBeUndefined();
    expect(await legacy.eras.decide()).toEqual(verdict('modern'));
    legacy.clock.advance(10 * LEGACY_VERDICT_MS);
    expect(legacy.eras.known()?.era).toBe('modern');
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
    expect(eras.known()?.era).toBe('modern');
    clock.advance(REPROBE_MS);
    eras.doubt();
    expect(await eras.decide()).toEqual(verdict('legacy'));
    expect(probes.count).toBe(2);
  });

  it('takes the last step of the probe when the handshake of an unsure verdict is refused, once', async () => {
    const unsure: Manner = { ...verdict('legacy'), unsure: true };
    let looked = 0;
    const findsSse = async () => {
      looked += 1;
      return looked > 1;
    };
    const eras = openEras(undefined, { probe: async () => unsure, findsSse }, manualClock());
    expect(await eras.decide()).toEqual(unsure);
    expect(eras.known()).toBeUndefined();
    expect(await Promise.all([eras.settle(false), eras.settle(false)])).toEqual([undefined, undefined]);
    expect(looked).toBe(1);
    expect(await eras.settle(false)).toEqual({ ...verdict('legacy'), transport: 'sse' });
    expect(eras.known()?.transport).toBe('sse');
    expect(await eras.settle(false)).toBe(eras.known());
    expect(looked).toBe(2);
  });

  it('is sure after the handshake was accepted', async () => {
    const eras = openEras(
      undefined,
      { probe: async () => ({ ...verdict('legacy'), unsure: true }) },
      manualClock(),
    );
    await eras.decide();
    await eras.settle(true);
    expect(eras.known()).toEqual(verdict('legacy'));
  });
});
