import { expect, it } from 'vitest';
import { GRANTS_IN_A_MESSAGE, type GrantNews, type KnownGrant } from '../store/index.ts';
import { inLots } from './lots.ts';

// A cast: what is in a grant is not looked at.
const grants = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ tokenHash: `${at}` }) as KnownGrant);

it.each([
  [0, ['all 0']],
  [GRANTS_IN_A_MESSAGE, [`all ${GRANTS_IN_A_MESSAGE}`]],
  [GRANTS_IN_A_MESSAGE + 1, [`all ${GRANTS_IN_A_MESSAGE}`, 'put 1']],
])(
  'tells %i grants in as many messages as they take, and the first one says that these are all',
  async (count, said) => {
    const told: GrantNews[] = [];
    await inLots({ kind: 'all', grants: grants(count) }, async (lot) => void told.push(lot));
    expect(told.map((lot) => `${lot.kind} ${lot.grants.length}`)).toEqual(said);
    expect(told.flatMap((lot) => lot.grants)).toEqual(grants(count));
  },
);

it('tells in each message of those that went that these went', async () => {
  const told: GrantNews[] = [];
  const news = { kind: 'gone', grants: grants(GRANTS_IN_A_MESSAGE + 1) } as const;
  await inLots(news, async (lot) => void told.push(lot));
  expect(told.map(({ kind }) => kind)).toEqual(['gone', 'gone']);
});
