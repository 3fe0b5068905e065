import { expect, it } from 'vitest';
import type { LogSearch } from '../../app/search/index.ts';
import { queryOf } from './query.ts';

it('asks for what the API knows, whatever else an address has', () => {
  const typed = { outcome: 'deny', text: 'pay', since: 'garbage', tool: 'x', utm_source: 'y' } as LogSearch; // a cast: as the router gives it
  expect(queryOf(typed)).toEqual({ outcome: 'deny', text: 'pay' });
  expect(queryOf({ outcome: 'unknown' })).toEqual({});
});
