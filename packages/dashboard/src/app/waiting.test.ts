import { expect, it } from 'vitest';
import type { StreamEvent } from './stream.ts';
import { type Approval, heard } from './waiting.ts';

const approval = (id: string, state: Approval['state'] = 'waiting'): Approval =>
  ({ id, state, askedAt: `2026-01-01T00:00:0${id}.000Z` }) as Approval; // a cast: the rest is shown and not looked at

const told = (...all: readonly Approval[]): StreamEvent[] => all.map((data) => ({ name: 'approval', data }));
const begins = (...ids: readonly string[]): StreamEvent => ({ name: 'waiting', data: { ids } });
const idsOf = (all: readonly Approval[] | undefined) => all?.map(({ id }) => id);

it('knows nothing until the stream has said what waits, which may be nothing', () => {
  expect(heard(undefined, [])).toBeUndefined();
  expect(heard(undefined, [begins()])).toEqual([]);
});

it('has what waits, newest first, until it is decided', () => {
  const two = heard(undefined, [begins('1', '2'), ...told(approval('1'), approval('2'))]);
  expect(idsOf(two)).toEqual(['2', '1']);
  expect(idsOf(heard(two, told(approval('2', 'approved'), approval('3'))))).toEqual(['3', '1']);
});

it('forgets, after an interruption, what was decided meanwhile', () => {
  const before = heard(undefined, [begins('1', '2'), ...told(approval('1'), approval('2'))]);
  expect(idsOf(heard(before, [begins('2', '4'), ...told(approval('2'), approval('4'))]))).toEqual(['4', '2']);
});
