import { ADMIN_BY_PROVIDER, adminFault } from '../identity/index.ts';
import type { Live } from '../in-force/index.ts';
import type { Log } from '../proxy/index.ts';

/** Says that no admin can sign in any more, where the configuration that is in force makes it so. */
export async function warnOfNoAdmin(
  { config, store }: Pick<Live, 'config' | 'store'>,
  log: Log,
): Promise<void> {
  const fault = await adminFault(store.people, config);
  if (fault !== undefined) log.warn({ mend: ADMIN_BY_PROVIDER }, fault);
}
