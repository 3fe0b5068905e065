import type { World } from '../world/index.ts';
import { PERSON } from '../world/world.ts';

/** Leaves the row in the audit log that a gateway would leave. */
export function note(
  world: World,
  action: string,
  target: { readonly kind: string; readonly id: string; readonly name: string },
): void {
  const cursor = world.acts.length + 1;
  world.acts.unshift({
    id: `act-${cursor}`,
    cursor,
    at: new Date().toISOString(),
    actor: { kind: 'person', id: PERSON.id, name: PERSON.name, via: 'dashboard', address: '127.0.0.1' },
    action,
    target,
    decisions: { link: world.decisions.length, hash: '' },
  });
}
