import { engineFunctions } from '@boomgate/server/documents';
import { newestTools, ORGANIZATION, replayLog } from '@boomgate/server/stored';
import type { PolicyReplayPlan } from '../plan/index.ts';
import { printReplay, problemLine } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { readPolicyDocument } from './policy-document.ts';
import { nothingOf, recordedOf } from './recorded.ts';
import { openToRead } from './store.ts';

/** 1 when a call would be decided otherwise, or may be. */
export async function runReplay(plan: PolicyReplayPlan, world: World): Promise<ExitCode> {
  const { facts, fail, output, show } = world;
  const { faults, file, policy, problems } = await readPolicyDocument(plan.policy, world);
  if (policy === undefined) {
    for (const problem of problems) output.note(problemLine(file, problem, output.paintNote));
    return fail([...faults, `expected a policy to replay, found problems in ${file}`].join('\n'));
  }
  const store = world.keep(await openToRead(plan, facts));
  const recorded = await recordedOf(store, plan);
  const tools = (await newestTools(store, { organization: ORGANIZATION, server: plan.server })) ?? [];
  const grants = await store.grants.list();
  const labels = new Map(grants.map((grant) => [grant.id, grant.labels]));
  const report = await replayLog(recorded, { policy, tools, labels, functions: engineFunctions });
  if (report.calls === 0) return fail(await nothingOf(store, plan));
  if (show.json) output.json(report);
  else output.data(printReplay(report, { ...output, ...facts }));
  return report.counts.same === report.calls ? 0 : 1;
}
