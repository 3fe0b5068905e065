import { expect, it } from 'vitest';
import { Silence } from './silence.ts';

const DEAD_MS = 10_000;
const EVERY_MS = 2_000;
const HOUR_MS = 3_600_000;

it('is of whoever gives no other sign for so long, wherever their clock is set', () => {
  const silence = new Silence({ deadMs: DEAD_MS, everyMs: EVERY_MS });
  const found: string[][] = [];
  for (let nowMs = 0; nowMs <= 2 * DEAD_MS; nowMs += EVERY_MS) {
    const setMs = nowMs < DEAD_MS ? 0 : HOUR_MS;
    const signs = [
      { id: 'living', seenAt: nowMs + setMs },
      { id: 'set back', seenAt: nowMs - setMs },
      { id: 'dead', seenAt: HOUR_MS },
    ];
    found.push(silence.of(signs, nowMs).map(({ id }) => id));
  }
  expect(found.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => []));
  expect(found.slice(5)).toEqual(Array.from({ length: 6 }, () => ['dead']));
});

it('is known of nobody to who could not look', () => {
  const silence = new Silence({ deadMs: DEAD_MS, everyMs: EVERY_MS });
  const dead = [{ id: 'dead', seenAt: 1 }];
  const at = (nowMs: number): number => silence.of(dead, nowMs).length;
  expect([at(0), at(9_000), at(25_000), at(30_000), at(35_000)]).toEqual([0, 0, 0, 0, 1]);
  silence.forget();
  expect([at(36_000), at(45_000), at(46_000)]).toEqual([0, 0, 1]);
});
