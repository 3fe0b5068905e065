import { askSignOn, type Config, openWorkloads, systemClock } from '@boomgate/server';
import type { Facts } from '../../facts.ts';
import type { DoctorPlan } from '../../plan/index.ts';
import type { Checked } from '../../report/index.ts';

/** Whether those answer who vouch for the programs that grants are for. */
export async function checkWorkloads(
  { grants }: Pick<Config, 'grants'>,
  { probes }: Pick<DoctorPlan, 'probes'>,
  { proxy }: Facts,
): Promise<readonly Checked[]> {
  const rules = grants.flatMap(({ workloads = [] }) => workloads);
  const issuers = new Map(rules.map(({ issuer }) => [issuer.id, issuer]));
  const workloads = openWorkloads({ ask: askSignOn(proxy), clock: systemClock(), url: () => '' });
  return Promise.all(
    [...issuers.values()].map(async (issuer): Promise<Checked> => {
      const check = `workloads of ${issuer.id}`;
      if (!probes) return { check, state: 'skipped', found: 'not asked, because of --no-probe' };
      const found = await workloads.faultOf(issuer);
      if (found === undefined) return { check, state: 'ok', found: 'their issuer gives its keys' };
      const mend =
        'none of them gets access until then: look at its issuer, and whether the gateway reaches that';
      return { check, state: 'wrong', found, mend };
    }),
  );
}
