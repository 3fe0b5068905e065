/**
 * Looks at a set-up and says what is wrong with it. May read, connect and start what the configuration names. May not write,
 * mend, or repeat what is secret in a file.
 */
import type { DoctorPlan } from '../../plan/index.ts';
import { type Checked, printDoctor } from '../../report/index.ts';
import type { ExitCode, World } from '../../world.ts';
import { addressed } from '../addressed.ts';
import { checkClients } from './clients.ts';
import { checkConfiguration } from './configuration.ts';
import { checkDatabase } from './database.ts';
import { checkFolder } from './folder.ts';
import { checkGateway } from './gateway.ts';
import { checkNode } from './node.ts';
import { checkRedis } from './redis.ts';
import { checkStore } from './store.ts';

/** All checks, in the order in which one would mend what they find: what is below comes first. */
export async function runDoctor(given: DoctorPlan, world: World): Promise<ExitCode> {
  const { facts, output, show } = world;
  const plan = await addressed(given, facts);
  const checks: Checked[] = [];
  const steps = [
    () => [checkNode(process.versions.node)],
    () => checkFolder(plan.data),
    () => (plan.database === undefined ? checkStore(plan, world) : checkDatabase(plan, plan.database, world)),
    () => (plan.redis === undefined ? [] : checkRedis(plan.redis)),
    () => checkGateway(plan),
    () => checkConfiguration(plan, world),
    () => checkClients(plan, world),
  ];
  for (const step of steps) {
    output.status(`looked at ${checks.map(({ check }) => check).join(', ') || 'nothing'} so far`);
    checks.push(...(await step()));
  }
  output.status(undefined);
  const wrong = checks.filter(({ state }) => state === 'wrong').length;
  if (show.json) output.json({ checks, wrong });
  else {
    output.data(printDoctor(checks, { ...output, all: plan.all }));
    output.note(
      `\n${wrong === 0 ? 'nothing is wrong' : `${wrong} of ${checks.length} checks found something wrong`}`,
    );
  }
  return wrong === 0 ? 0 : 1;
}
