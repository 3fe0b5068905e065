import type { AuditEntry } from '@boomgate/server';
import { ORGANIZATION, type Store } from '@boomgate/server/stored';
import type { AuditListPlan } from '../plan/index.ts';
import { actLine } from '../report/index.ts';
import { visibleJson } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { openToChange } from './store.ts';

/** Shows the newest acts; that they were looked at is an act itself. */
export async function runAuditList(plan: AuditListPlan, world: World): Promise<ExitCode> {
  const { output, writeLine } = world;
  const store = world.keep(await openToChange(plan, world.facts));
  const acts = await store.audit.query({ ...plan.filter, limit: plan.limit });
  await noteReading(store, { action: 'audit.read', log: 'audit', facts: { filter: plan.filter } });
  for (const act of acts) await writeLine(lineOfAct(act, world));
  if (acts.length === 0) output.note('no acts match');
  return 0;
}

/** An act as it is asked for: for people, or as JSON. */
export function lineOfAct(act: AuditEntry, { facts, output, show: { json } }: World): string {
  return json ? visibleJson(JSON.stringify(act)) : actLine(act, { ...output, ...facts });
}

type Reading = {
  readonly action: string;
  readonly log: 'audit' | 'decisions';
  readonly facts: Readonly<Record<string, string | number | object>>;
};

/** Leaves a row of who reads what only few may. */
export async function noteReading(store: Store, { action, facts, log }: Reading): Promise<void> {
  await store.audit.record({
    organization: ORGANIZATION,
    actor: commandLineActor(),
    action,
    target: { kind: 'log', id: log, name: log },
    after: JSON.parse(JSON.stringify(facts)),
  });
}
