import {
  listKeys,
  listPostgresKeys,
  masterKeyIn,
  newMasterKeyIn,
  rotateKeys,
  rotatePostgresKeys,
  sealKeys,
  sealPostgresKeys,
  systemClock,
} from '@boomgate/server/stored';
import type { KeysListPlan, KeysRotatePlan, KeysSealPlan } from '../plan/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';

export async function runKeysList(
  { data, database: url }: KeysListPlan,
  { facts, output, show }: World,
): Promise<ExitCode> {
  const environment = withEnvironment(facts);
  const versions =
    url === undefined
      ? await listKeys({ directory: data, ...environment })
      : await listPostgresKeys({ url, ...environment });
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

export async function runKeysRotate(
  { data, database: url }: KeysRotatePlan,
  { facts, output, show }: World,
): Promise<ExitCode> {
  const options = { ...withEnvironment(facts), by: commandLineActor() };
  const report =
    url === undefined
      ? await rotateKeys({ directory: data, ...options })
      : await rotatePostgresKeys({ url, ...options });
  if (show.json) output.json(report);
  else {
    const { removed, resealed, resumed, version } = report;
    if (resumed) output.note('An earlier rotation was interrupted; this one completed it.');
    output.note(`Version ${version} is in use now: ${resealed} sealed again.`);
    if (removed.length > 0)
      output.note(`Removed, because nothing needs them: version ${removed.join(', ')}.`);
    output.note('Earlier backups hold the older keys: make a new one.');
  }
  return 0;
}

/** Keys of a gateway that runs would change under it, so that it has to be stopped first; replicas go on with those that they opened. */
export async function runKeysSeal({ data, database, unseal }: KeysSealPlan, world: World): Promise<ExitCode> {
  const { facts, output, show } = world;
  if (database !== undefined) return sealDatabase(database, world);
  const newMasterKey = newMasterKeyIn(facts.env);
  const place = { directory: data, ...withEnvironment(facts) };
  const report = await sealKeys({ ...place, newMasterKey, unseal, by: commandLineActor() });
  if (show.json) output.json(report);
  else if (!report.isSealed) output.note('The keys are in the clear again: unset BOOMGATE_MASTER_KEY.');
  else {
    output.note('The file of keys is sealed: nothing here opens without the key in BOOMGATE_MASTER_KEY.');
    if (newMasterKey !== undefined)
      output.note(
        'Put the value of BOOMGATE_NEW_MASTER_KEY there now, for the gateway and the command line.',
      );
    output.note('Earlier backups are unchanged: make a new one.');
  }
  return 0;
}

async function sealDatabase(url: string, { facts, fail, output, show }: World): Promise<ExitCode> {
  const newMasterKey = newMasterKeyIn(facts.env);
  if (newMasterKey === undefined)
    return fail('expected the new sealing key in BOOMGATE_NEW_MASTER_KEY, found none');
  await sealPostgresKeys({ url, newMasterKey, ...withEnvironment(facts), by: commandLineActor() });
  if (show.json) output.json({ isSealed: true });
  else {
    output.note('The keys are sealed with the new key. Running replicas continue; any that starts needs it:');
    output.note('put the value of BOOMGATE_NEW_MASTER_KEY into BOOMGATE_MASTER_KEY everywhere now.');
  }
  return 0;
}

const withEnvironment = ({ env }: World['facts']) => ({ clock: systemClock(), masterKey: masterKeyIn(env) });
