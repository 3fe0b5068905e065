import { ORGANIZATION, type Store } from '@boomgate/server/stored';
import type { Checked } from '../../report/index.ts';
import { visible } from '../../terminal/index.ts';

/** Days without a request after which somebody should ask whether a grant is still needed. */
const QUIET_DAYS = 90;
const QUIET_NAMED = 3;
const DAY_MS = 86_400_000;

/** Agents that somebody stopped all at once: each is refused, while its grant looks as ever. */
export async function checkAgents({ people }: Store): Promise<readonly Checked[]> {
  const checks = await Promise.all(
    [...(await people.organizations.stopped())].map(async (id): Promise<readonly Checked[]> => {
      const one = await people.organizations.find(id);
      if (one === undefined) return [];
      const found = `all agents of ${one.name} are stopped, so they are refused as if they had no grant`;
      const mend =
        'boomgate audit list --action settings says who did it; boomgate agents resume, or an admin in the settings, lets them in again';
      return [{ check: 'agents', state: 'note', found, mend }];
    }),
  );
  return checks.flat();
}

/** Grants that work and that nobody has used for long: each is one more token that may leak. */
export async function checkQuietGrants({ grants }: Store, nowMs: number): Promise<readonly Checked[]> {
  const quiet = await grants.page({
    ...{ organization: ORGANIZATION, state: 'active', limit: QUIET_NAMED + 1 },
    quietSinceMs: nowMs - QUIET_DAYS * DAY_MS,
  });
  if (quiet.length === 0) return [];
  const names = quiet.slice(0, QUIET_NAMED).map(({ name }) => visible(name));
  const more = quiet.length > QUIET_NAMED ? ', …' : '';
  return [
    {
      check: 'quiet grants',
      state: 'note',
      found: `no request is known for ${QUIET_DAYS} days of ${names.join(', ')}${more}`,
      mend: 'boomgate grant revoke NAME where nobody needs one any more; the page of grants shows the last request of each',
    },
  ];
}
