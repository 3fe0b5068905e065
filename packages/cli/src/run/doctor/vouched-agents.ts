import type { Config } from '@boomgate/server';
import { ORGANIZATION, type Store } from '@boomgate/server/stored';
import type { Checked } from '../../report/index.ts';

/** Whether there is a grant for the agents for which providers vouch. */
export async function checkVouchedAgents(
  { providers }: Pick<Config, 'providers'>,
  { grants }: Pick<Store, 'grants'>,
): Promise<readonly Checked[]> {
  const vouching = providers.filter(({ agents }) => agents !== undefined);
  if (vouching.length === 0) return [];
  const count = (await grants.list()).filter(
    ({ organization, owner, ownerMaySignIn, state }) =>
      organization === ORGANIZATION && owner !== undefined && ownerMaySignIn === true && state === 'active',
  ).length;
  const found = `grants that their owners may give: ${count}`;
  return vouching.map(({ id }) => {
    const check = `agents by ${id}`;
    return count > 0 ? { check, state: 'ok', found } : { check, state: 'note', found, mend: MINT };
  });
}

const MINT =
  'no agent comes in by it until there is one: boomgate grant mint --owner E-MAIL --owner-may-sign-in, for each person';
