import { ADMIN_BY_PROVIDER, adminFault, type Config } from '@boomgate/server';
import type { Store } from '@boomgate/server/stored';
import type { Checked } from '../../report/index.ts';

const CHECK = 'sign-in of admins';

/** Whether an admin can sign in, where the file has everybody do so by a provider. */
export async function checkAdmins(config: Config, { people }: Store): Promise<readonly Checked[]> {
  if (!config.requiresProvider) return [];
  const found = await adminFault(people, config);
  if (found === undefined) return [{ check: CHECK, state: 'ok', found: 'by a provider that knows one' }];
  return [{ check: CHECK, state: 'wrong', found, mend: ADMIN_BY_PROVIDER }];
}
