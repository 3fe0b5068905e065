import { clients } from '@boomgate/catalogue/clients';
import type { DoctorPlan } from '../../plan/index.ts';
import { type Checked, homely } from '../../report/index.ts';
import type { World } from '../../world.ts';
import type { Addressed } from '../addressed.ts';
import { openBook } from '../stack-book.ts';
import { readStackFiles } from '../stack-files.ts';

/** Whether what the MCP clients of this machine declare goes through the gateway. Starts nothing. */
export async function checkClients(plan: Addressed<DoctorPlan>, world: World): Promise<readonly Checked[]> {
  const { facts } = world;
  const files = await readStackFiles(facts);
  if (files.length === 0) return [{ check: 'clients', state: 'ok', found: 'no MCP client files here' }];
  const book = world.keep(await openBook(plan, world));
  return files.map((file): Checked => {
    const check = clients[file.place.client].title;
    const path = homely(file.place.path, facts.home);
    if (!file.ok)
      return {
        check,
        state: 'wrong',
        found: file.problem,
        mend: 'fix the file: its client cannot read it either',
      };
    const active = file.servers.filter(({ disabled }) => !disabled);
    const direct = active.filter((server) => book.link(server) === undefined);
    if (direct.length === 0)
      return { check, state: 'ok', found: `${active.length} servers of ${path}, all go through the gateway` };
    const mend = `boomgate stack shows them; boomgate stack --route ${file.place.client} leads them through it`;
    return {
      check,
      state: 'note',
      found: `${direct.length} of ${active.length} servers of ${path} are reached unguarded`,
      mend,
    };
  });
}
