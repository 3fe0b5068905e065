import { type GrantRecord, ORGANIZATION, type Store } from '@boomgate/server/stored';
import type { Place } from '../plan/index.ts';
import type { ExitCode, World } from '../world.ts';
import { someOf } from './some-names.ts';
import type { openToChange, openToRead } from './store.ts';

type Wanting = {
  readonly plan: Place & { readonly grant: string };
  readonly world: Pick<World, 'facts' | 'fail' | 'keep'>;
  readonly open: typeof openToRead | typeof openToChange;
};

/** Does something with the grant of a plan; fails with what was expected where there is none. */
export async function withGrant(
  { open, plan, world }: Wanting,
  act: (grant: GrantRecord, store: Store) => Promise<ExitCode>,
): Promise<ExitCode> {
  const store = world.keep(await open(plan, world.facts));
  const found = await someGrant(store, plan.grant);
  return 'fault' in found ? world.fail(found.fault) : await act(found.grant, store);
}

/** A grant by its id or by its name in the first organisation; otherwise what was expected. */
async function someGrant(
  store: Store,
  wanted: string,
): Promise<{ readonly grant: GrantRecord } | { readonly fault: string }> {
  const grants = (await store.grants.list()).filter(({ organization }) => organization === ORGANIZATION);
  const grant = grants.find(({ id }) => id === wanted) ?? grants.find(({ name }) => name === wanted);
  if (grant !== undefined) return { grant };
  const known = someOf(grants.map(({ name }) => name));
  return { fault: `expected the name or id of a grant, found ${JSON.stringify(wanted)}; known: ${known}` };
}

/** What somebody is told who asks for something that a grant does not do any more. */
export function revokedText({ name }: Pick<GrantRecord, 'name'>): string {
  return `the grant ${JSON.stringify(name)} was revoked for good: mint a new one with "boomgate grant mint"`;
}

export function ofFileText({ name }: Pick<GrantRecord, 'name'>): string {
  return `the grant ${JSON.stringify(name)} is declared by the configuration file: change it there`;
}
