import { expect, it } from 'vitest';
import { EXCHANGE_WAIT_MS } from '../limits/index.ts';
import { Line } from './line.ts';

it('begins one piece of work once the one before is done, and none that waited too long or is for nobody', async () => {
  let nowMs = 0;
  const line = new Line({ monotonicMs: () => nowMs });
  const begun: string[] = [];
  const first = Promise.withResolvers<void>();
  const put = (name: string, { isGone = false, until = Promise.resolve() } = {}) =>
    line.run({ who: name, isGone: () => isGone }, async () => {
      begun.push(name);
      await until;
      return name;
    });
  const early = [put('one', { until: first.promise }), put('gone', { isGone: true }), put('two')];
  await new Promise(setImmediate);
  expect(begun).toEqual(['one']);
  nowMs = EXCHANGE_WAIT_MS;
  const second = Promise.withResolvers<void>();
  const later = [put('three', { until: second.promise }), put('four')];
  first.resolve();
  expect(await Promise.all(early)).toEqual(['one', 'late', 'two']);
  await new Promise(setImmediate);
  nowMs += EXCHANGE_WAIT_MS + 1;
  second.resolve();
  expect(await Promise.all(later)).toEqual(['three', 'late']);
  expect(begun).toEqual(['one', 'two', 'three']);
});
