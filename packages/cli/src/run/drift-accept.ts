import { ORGANIZATION } from '@boomgate/server/stored';
import type { DriftAcceptPlan } from '../plan/index.ts';
import { pasted, shellWord, visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { fingerprintOfAll, heldDrift } from './drift.ts';
import { openToChange } from './store.ts';

/** Accepts exactly what was looked at: what changed since then has another fingerprint. A running gateway follows within a second. */
export async function runDriftAccept(
  plan: DriftAcceptPlan,
  { facts, fail, keep, output, show }: World,
): Promise<ExitCode> {
  const { server, tool } = plan;
  const store = keep(await openToChange(plan, facts));
  const held = await heldDrift(store, server);
  const wanted = tool === undefined ? held : held.filter(({ now }) => now.tool === tool);
  const what = tool === undefined ? 'a server with held tools' : 'a held tool';
  const names = held.map(({ now }) => visible(now.tool)).join(', ');
  if (wanted.length === 0)
    return fail(
      `expected ${what}, found ${JSON.stringify(tool ?? server)}; held tools of ${visible(server)}: ${names === '' ? 'none' : names}`,
    );
  const actual = tool === undefined ? fingerprintOfAll(held) : (wanted[0]?.now.fingerprint ?? '');
  const keys = wanted.map(({ now }) => ({ tool: now.tool, fingerprint: now.fingerprint }));
  const isAsShown = actual.startsWith(plan.fingerprint);
  const note = () => ({
    organization: ORGANIZATION,
    actor: commandLineActor(),
    action: 'tool.accepted',
    target: { kind: 'server', id: server, name: server },
    after: { tools: keys },
  });
  if (!isAsShown || !(await store.tools.accept({ organization: ORGANIZATION, server }, keys, note)))
    return fail(
      `expected what was shown as ${plan.fingerprint}, but it has changed since, and nothing was accepted; look again with "boomgate drift ${tool === undefined ? `list --server ${shellWord(server)}` : `show ${pasted([server, tool])}`}"`,
    );
  if (show.json) output.json(keys.map((key) => ({ server, ...key, state: 'accepted' })));
  else for (const key of keys) output.note(`${visible(key.tool)} of ${visible(server)} is accepted`);
  return 0;
}
