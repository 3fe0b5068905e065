import type { Store } from '@boomgate/server';
import type { Checked } from '../../report/index.ts';

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
