import { expect, it } from 'vitest';
import { askedIn, readPolicySearch, withAsked } from './search.ts';

it('has what is asked of the log in the address, for each part by names of its own', () => {
  const before = readPolicySearch({ at: 'all_tools', server: 'shop' });
  const replayed = { server: 'branch', grant: 'g-1', days: 30 } as const;
  const suggested = { server: 'shop', grant: '', days: 1 } as const;
  const search = withAsked(withAsked(before, 'replay', replayed), 'suggestion', suggested);
  expect(readPolicySearch(search)).toEqual(search);
  expect(search).toMatchObject({ at: 'all_tools', server: 'shop', from: 'log' });
  expect(askedIn(search, 'replay')).toEqual(replayed);
  expect(askedIn(search, 'suggestion')).toEqual({ server: 'shop', days: 1 });
  expect(askedIn(withAsked(search, 'replay', { ...replayed, grant: '' }), 'replay')).toEqual({
    server: 'branch',
    days: 30,
  });
});

it('takes no period that cannot be chosen, and nothing that is no text', () => {
  const given = { days: 8, replayDays: '30', logServer: ['shop'], replayGrant: {}, replayServer: 404 };
  expect(readPolicySearch(given)).toEqual({ replayServer: '404' });
  expect(askedIn(readPolicySearch({}), 'replay')).toEqual({});
});
