import { ADMIN_BY_PROVIDER, adminFault, type Config } from '@boomgate/server';
import { StoreError } from '@boomgate/server/stored';
import type { DoctorPlan } from '../../plan/index.ts';
import type { Checked } from '../../report/index.ts';
import type { World } from '../../world.ts';
import { openToRead } from '../store.ts';

const CHECK = 'sign-in of admins';

/** Whether an admin can sign in, where the file has everybody do so by a provider. */
export async function checkAdmins(
  plan: DoctorPlan,
  config: Config,
  { facts, keep }: World,
): Promise<readonly Checked[]> {
  if (!config.requiresProvider) return [];
  const store = await openToRead(plan, facts).catch((error: unknown) => {
    // What is wrong with the store is told where that is looked at.
    if (error instanceof StoreError) return undefined;
    throw error;
  });
  if (store === undefined) return [];
  keep(store);
  const found = await adminFault(store.people, config);
  if (found === undefined) return [{ check: CHECK, state: 'ok', found: 'by a provider that knows one' }];
  return [{ check: CHECK, state: 'wrong', found, mend: ADMIN_BY_PROVIDER }];
}
