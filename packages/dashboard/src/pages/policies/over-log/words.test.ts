import { expect, it } from 'vitest';
import { DAYS, periodOf, sayPeriod, wantedFirst } from './period.ts';
import { counted, sayFigures, sayRefused } from './words.ts';

const NOTHING = { same: 0, newly_denied: 0, newly_limited: 0, newly_asked: 0, newly_allowed: 0, unknown: 0 };
const MANY = (1_240).toLocaleString();
const MOST = (1_180).toLocaleString();

it.each([
  [1_240, { same: 1_180, newly_denied: 60 }, `Of ${MANY} calls … , ${MOST} would be decided as they were.`],
  [5, { same: 5 }, 'All 5 calls …  would be decided as they were.'],
  [1, { same: 1 }, 'The one call …  would be decided as it was.'],
  [3, { same: 1, unknown: 2 }, 'Of 3 calls … , 1 would be decided as it was.'],
  [2, { newly_asked: 2 }, 'Of 2 calls … , none would be decided as it was.'],
  [2, { newly_asked: 1, unknown: 1 }, 'Of 2 calls … , none would surely be decided as it was.'],
  [1, { newly_denied: 1 }, 'Of 1 call … , none would be decided as it was.'],
])('%i calls are told in one sentence: %o', (calls, counts, said) => {
  expect(sayFigures({ calls, counts: { ...NOTHING, ...counts } }).join(' … ')).toBe(said);
});

it('what was refused is told beside a suggestion, and beside none', () => {
  expect(sayRefused({ refused: 0, uses: 3 })).toBeUndefined();
  expect(sayRefused({ refused: 1, uses: 3 })).toBe(
    'One further request was refused: it allows nothing for that one.',
  );
  expect(sayRefused({ refused: 1_240, uses: 3 })).toBe(
    `${MANY} further requests were refused: it allows nothing for those.`,
  );
  expect(sayRefused({ refused: 1, uses: 0 })).toBe('1 request was refused.');
  expect(counted(2, 'request')).toBe('2 requests');
});

it('a period ends now, and has a grant where one was chosen', () => {
  const nowMs = Date.UTC(2026, 10, 28);
  const week = wantedFirst({}, 'shop');
  expect(periodOf(week, nowMs)).toEqual({ server: 'shop', since: '2026-11-21T00:00:00.000Z' });
  expect(periodOf({ ...week, grant: 'g', days: 1 }, nowMs)).toEqual({
    server: 'shop',
    since: '2026-11-27T00:00:00.000Z',
    grant: 'g',
  });
  expect(DAYS.map((days) => sayPeriod({ ...week, days }))).toEqual([
    'last day',
    'last 7 days',
    'last 30 days',
  ]);
});
