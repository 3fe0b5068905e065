import { redisFacts, redisFaults, StoreError } from '@boomgate/server/stored';
import type { Checked } from '../../report/index.ts';
import { shownRedis } from '../shown-plan.ts';

const CHECK = 'redis';

/** The Redis on which replicas count: whether it answers, what it is, and whether limits may be counted there. */
export async function checkRedis(redis: string): Promise<readonly Checked[]> {
  try {
    const facts = await redisFacts(redis);
    const faults = redisFaults(facts);
    if (faults.length > 0) return faults.map((fault) => ({ check: CHECK, state: 'wrong', ...fault }));
    const { evictionPolicy, product, version } = facts;
    const found = `${product} ${version} at ${shownRedis(redis)}, with ${evictionPolicy}`;
    return [{ check: CHECK, state: 'ok', found }];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const mend = 'docs/runbook.md says what each message means, under "Redis is gone"';
    return [{ check: CHECK, state: 'wrong', found: error.message, mend }];
  }
}
