import { describe, expect, it } from 'vitest';
import { manualClock } from '../../../test/upstreams/manual-clock.ts';
import { LISTING_MIN_INTERVAL_MS, LISTING_STALE_MS } from '../bounds.ts';
import { failing } from '../failures.ts';
import { type FetchedValue, remember } from './remembered.ts';

const outage = failing('unreachable', 'x', { acted: 'no' });
const TTL_MS = 60_000;

function setUp() {
  const clock = manualClock();
  const source = { fetches: 0, fails: false };
  const fetch = async (): Promise<FetchedValue<number>> => {
    source.fetches += 1;
    return source.fails ? outage : { kind: 'value', value: source.fetches, ttlMs: TTL_MS };
  };
  return { clock, source, remembered: remember(fetch, clock) };
}

describe('remember', () => {
  it('fetches once for all who ask at the same time and until the time to live ends', async () => {
    const { clock, source, remembered } = setUp();
    expect(remembered.peek()).toBeUndefined();
    expect(await Promise.all([remembered.get(), remembered.get()])).toEqual([1, 1]);
    clock.advance(TTL_MS - 1);
    expect(await remembered.get()).toBe(1);
    clock.advance(1);
    expect(await remembered.get()).toBe(2);
    expect(source.fetches).toBe(2);
  });

  it('fetches afresh at most once in two seconds', async () => {
    const { clock, remembered } = setUp();
    await remembered.get();
    clock.advance(LISTING_MIN_INTERVAL_MS - 1);
    expect(await remembered.get({ fresh: true })).toBe(1);
    clock.advance(1);
    expect(await remembered.get({ fresh: true })).toBe(2);
  });

  it('fetches again at once when the server said that it changed', async () => {
    const { remembered } = setUp();
    await remembered.get();
    remembered.invalidate();
    expect(remembered.peek()).toBe(1);
    expect(await remembered.get()).toBe(2);
  });

  it('does not give what was asked for before a change to those who ask after it', async () => {
    const clock = manualClock();
    const waiting: ((value: FetchedValue<string>) => void)[] = [];
    const remembered = remember(
      () => new Promise<FetchedValue<string>>((resolve) => waiting.push(resolve)),
      clock,
    );
    const before = remembered.get();
    remembered.invalidate();
    const after = remembered.get();
    waiting[1]?.({ kind: 'value', value: 'new', ttlMs: TTL_MS });
    await after;
    waiting[0]?.({ kind: 'value', value: 'old', ttlMs: TTL_MS });
    expect(await before).toBe('old');
    expect(await after).toBe('new');
    expect(remembered.peek()).toBe('new');
  });

  it('serves the old value under ten minutes when a new one cannot be had, then fails', async () => {
    const { clock, source, remembered } = setUp();
    await remembered.get();
    source.fails = true;
    clock.advance(LISTING_STALE_MS - 1);
    expect(await remembered.get()).toBe(1);
    clock.advance(LISTING_MIN_INTERVAL_MS);
    expect(await remembered.get()).toBe(outage);
  });

  it('gives the failure when there is nothing old', async () => {
    const { source, remembered } = setUp();
    source.fails = true;
    expect(await remembered.get()).toBe(outage);
  });
});
