import { expect, it } from 'vitest';
import { StoredPolicies } from './stored-policies.ts';

const text = (fallback: 'allow' | 'deny') => JSON.stringify({ version: '1', default: fallback });

it('goes by the text of a version, which is another one behind a standby that lagged', async () => {
  const silent = () => undefined;
  const policies = new StoredPolicies({ info: silent, warn: silent, error: silent });
  const inForce = async (fallback: 'allow' | 'deny') => {
    const stored = { organization: 'o', name: 'p', version: 2, text: text(fallback) };
    const found = await policies.inForce({ policies: { stored: async () => [stored] } as never });
    return found.get('o')?.get('p');
  };
  const first = await inForce('allow');
  expect(await inForce('allow')).toBe(first);
  expect(first?.policy.default).toBe('allow');
  expect((await inForce('deny'))?.policy.default).toBe('deny');
});
