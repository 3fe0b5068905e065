import type { JsonObject } from '@boomgate/engine';
import type { Actor, PolicyOwner } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import type { Work } from '../work.ts';

/** The row of a change of a policy, within its transaction. */
export function notePolicy(
  executor: SqlExecutor,
  { name, organization }: PolicyOwner,
  act: {
    readonly actor: Actor;
    readonly action: string;
    readonly before?: JsonObject;
    readonly after?: JsonObject;
  },
): Work<unknown> {
  return executor.note({ organization, target: { kind: 'policy', id: name, name }, ...act });
}
