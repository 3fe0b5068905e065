import { expect, it } from 'vitest';
import { COMPARISONS_WAITING } from '../limits/index.ts';
import { Comparer } from './comparer.ts';

const NOTHING = '{"version":"1","default":"deny"}';
const ALL = '{"version":"1","default":"allow"}';

it('says for certain that less is let through, and shows what more is', async () => {
  const comparer = new Comparer();
  expect(await comparer.widens({ before: ALL, after: NOTHING })).toMatchObject({ verdict: 'no', how: 'exact' });
  expect(await comparer.widens({ before: NOTHING, after: ALL })).toMatchObject({
    verdict: 'yes',
    widened: [{ witness: { before: { outcome: 'deny' }, after: { outcome: 'allow' } } }],
  });
});

it('is not known of what is no policy, takes longer than there is time, or waits behind too many', async () => {
  const unknown = { verdict: 'unknown', how: 'search' };
  const comparer = new Comparer();
  expect(await comparer.widens({ before: ALL, after: '{}' })).toMatchObject(unknown);
  expect(await new Comparer({ withinMs: 0 }).widens({ before: NOTHING, after: ALL })).toMatchObject(unknown);
  const asked = Array.from({ length: COMPARISONS_WAITING + 1 }, () =>
    comparer.widens({ before: NOTHING, after: ALL }),
  );
  expect((await Promise.all(asked)).map(({ verdict }) => verdict)).toEqual([
    ...Array.from({ length: COMPARISONS_WAITING }, () => 'yes'),
    'unknown',
  ]);
});
