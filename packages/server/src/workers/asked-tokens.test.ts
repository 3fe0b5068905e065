import { expect, it } from 'vitest';
import type { TokenPlace } from '../upstreams/index.ts';
import { AskedTokens } from './asked-tokens.ts';

const PLACE: TokenPlace = {
  id: 'pay',
  address: 'https://pay.example/mcp',
  allowPrivate: false,
  signedInAtMs: 1,
};

it('asks again for a server that moved, also while another call asks for where it was', async () => {
  const asked: string[] = [];
  const line = {
    ask: async (_: string, { place }: { readonly place: TokenPlace }) => {
      asked.push(place.address);
      return { token: `of ${place.address}` };
    },
  };
  // A cast: nothing else is asked for here.
  const tokens = new AskedTokens(line as never, { wallMs: () => 0 }, { warn: () => undefined });
  const moved = { ...PLACE, address: 'https://elsewhere.example/mcp' };
  const both = await Promise.all([tokens.of(PLACE), tokens.of(moved)]);
  expect(both).toEqual([PLACE, moved].map(({ address }) => ({ token: `of ${address}` })));
  expect(await tokens.of(moved)).toEqual({ token: `of ${moved.address}` });
  expect(asked).toHaveLength(2);
  expect(await tokens.of(PLACE)).toEqual({ token: `of ${PLACE.address}` });
});
