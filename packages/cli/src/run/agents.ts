import { ORGANIZATION, type Store } from '@boomgate/server/stored';
import type { AgentsPlan } from '../plan/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { openToChange, openToRead } from './store.ts';

const MEANS = {
  stopped: 'all agents are stopped: they are refused as if they had no grant, until "boomgate agents resume"',
  running: 'agents call as their grants allow',
} as const;

const NOBODY =
  'nobody has set this gateway up yet, so there is no organisation to stop; stop the gateway, or pause grants with "boomgate grant pause"';

/** Stops all agents of the first organisation or lets them in again; a running gateway follows within a second. */
export async function runAgents(
  { verb, ...place }: AgentsPlan,
  { facts, fail, keep, output, show }: World,
): Promise<ExitCode> {
  const store = keep(await (verb === 'show' ? openToRead : openToChange)(place, facts));
  const now = verb === 'show' ? await organization(store) : await set(store, verb === 'stop');
  if (now === undefined && verb !== 'show') return fail(NOBODY);
  // Where there is no organisation yet, nobody can have stopped them.
  const { agentsStopped = false } = now ?? {};
  const meaning = MEANS[agentsStopped ? 'stopped' : 'running'];
  if (show.json) output.json({ agentsStopped });
  else if (verb === 'show') output.data(meaning);
  else output.note(meaning);
  return 0;
}

/** The organisation as it is then. What was so already leaves a row too: somebody wanted it to be. */
async function set(store: Store, agentsStopped: boolean): ReturnType<typeof organization> {
  const before = await organization(store);
  if (before === undefined) return undefined;
  const { id, name, version } = before;
  const now = await store.people.organizations.change({ id, version }, { agentsStopped }, (became) =>
    became === 'stale'
      ? undefined
      : {
          organization: ORGANIZATION,
          actor: commandLineActor(),
          action: 'settings.changed',
          target: { kind: 'organization', id, name },
          before: { agentsStopped: before.agentsStopped },
          after: { agentsStopped },
        },
  );
  // Somebody else changed a setting meanwhile.
  return now === 'stale' ? set(store, agentsStopped) : now;
}

function organization({ people }: Store) {
  return people.organizations.find(ORGANIZATION);
}
