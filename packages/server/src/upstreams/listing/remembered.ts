import { LISTING_MIN_INTERVAL_MS, LISTING_STALE_MS } from '../bounds.ts';
import type { Clock } from '../clock.ts';
import type { Failing } from '../failures.ts';

/** A value that is fetched from a server, shared by all who ask and believed for a while. */
export type Remembered<T> = {
  readonly get: (options?: { readonly fresh?: boolean }) => Promise<T | Failing>;
  /** The last value, however old. */
  readonly peek: () => T | undefined;
  /** What `get` would give at once; undefined when it has to ask. */
  readonly current: () => T | undefined;
  /** The server said that it changed. */
  readonly invalidate: () => void;
};

export type FetchedValue<T> = { readonly kind: 'value'; readonly value: T; readonly ttlMs: number } | Failing;

export function remember<T>(fetch: () => Promise<FetchedValue<T>>, clock: Clock): Remembered<T> {
  let last: { readonly value: T; readonly fetchedAtMs: number } | undefined;
  let expiresAtMs = 0;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let generation = 0;
  let flight: { readonly generation: number; readonly promise: Promise<T | Failing> } | undefined;

  async function refresh(asked: number): Promise<T | Failing> {
    askedAtMs = clock.now();
    const answer = await fetch();
    const now = clock.now();
    if (answer.kind === 'value') {
      // What was asked for before a change must not replace what was asked for after it.
      if (asked < generation && last !== undefined) return answer.value;
      last = { value: answer.value, fetchedAtMs: now };
      expiresAtMs = asked < generation ? now : now + answer.ttlMs;
      return answer.value;
    }
    if (last === undefined || now - last.fetchedAtMs >= LISTING_STALE_MS) return answer;
    expiresAtMs = now + LISTING_MIN_INTERVAL_MS;
    return last.value;
  }

  const current = (): T | undefined => (clock.now() < expiresAtMs ? last?.value : undefined);

  return {
    peek: () => last?.value,
    current,
    invalidate() {
      generation += 1;
      expiresAtMs = 0;
    },
    get({ fresh = false } = {}) {
      const wantsFresh = fresh && clock.now() - askedAtMs >= LISTING_MIN_INTERVAL_MS;
      const believed = wantsFresh ? undefined : current();
      if (believed !== undefined) return Promise.resolve(believed);
      if (flight?.generation === generation) return flight.promise;
      const own = { generation, promise: refresh(generation) };
      flight = own;
      void own.promise.finally(() => {
        if (flight === own) flight = undefined;
      });
      return own.promise;
    },
  };
}
