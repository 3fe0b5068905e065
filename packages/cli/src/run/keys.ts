import { listKeys, rotateKeys, systemClock } from '@boomgate/server';
import type { KeysListPlan, KeysRotatePlan } from '../plan.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';

export async function runKeysList({ data }: KeysListPlan, { output, show }: World): Promise<ExitCode> {
  const versions = await listKeys({ directory: data, clock: systemClock() });
  if (show.json) output.json(versions);
  else
    output.data(
      versions
        .map(
          ({ isCurrent, texts, version }) =>
            `version ${version}${isCurrent ? ', in use' : ''}: ${texts} sealed`,
        )
        .join('\n'),
    );
  return 0;
}

export async function runKeysRotate({ data }: KeysRotatePlan, { output, show }: World): Promise<ExitCode> {
  const report = await rotateKeys({ directory: data, clock: systemClock(), by: commandLineActor() });
  if (show.json) output.json(report);
  else {
    const { removed, resealed, resumed, version } = report;
    if (resumed) output.note('An earlier rotation was interrupted; this one ended it.');
    output.note(`Version ${version} seals now: ${resealed} sealed anew.`);
    if (removed.length > 0) output.note(`Removed, as nothing needs them: version ${removed.join(', ')}.`);
    output.note('Backups from before hold the older keys: make a new one.');
  }
  return 0;
}
