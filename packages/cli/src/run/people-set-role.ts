import type { Membership } from '@boomgate/server/stored';
import type { PeopleSetRolePlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { someAccount } from './some-account.ts';
import { someOf } from './some-names.ts';
import { openToChange } from './store.ts';

/** For an organisation whose admin cannot sign in any more, or is to go. */
export async function runPeopleSetRole(
  { email, organization, role, ...place }: PeopleSetRolePlan,
  { facts, fail, keep, output, show }: World,
): Promise<ExitCode> {
  const store = keep(await openToChange(place, facts));
  const found = await someAccount(store, email);
  if ('fault' in found) return fail(found.fault);
  const { members } = store.people;
  const chosen = membershipIn(await members.membershipsOf(found.person.id), organization);
  if (typeof chosen === 'string') return fail(chosen);
  const { id, of } = chosen;
  const target = { kind: 'member', id, name: email };
  const sides = { before: { role: chosen.role }, after: { role } };
  const act = { organization: of.id, actor: commandLineActor(), action: 'member.role_changed', target };
  const became = await members.setRole({ organization: of.id, id }, role, (done) =>
    done === 'done' && chosen.role !== role ? { ...act, ...sides } : undefined,
  );
  if (became === 'unknown') return fail('the member was removed meanwhile');
  if (became === 'last_admin')
    return fail(
      `expected another admin of ${JSON.stringify(of.name)}, found none: make somebody else one first`,
    );
  if (show.json)
    output.json({ email, organization: { id: of.id, name: of.name }, before: chosen.role, role });
  else output.note(`${visible(email)} is ${role} of ${visible(of.name)}`);
  return 0;
}

/** The one that is meant; otherwise what was expected. */
function membershipIn(own: readonly Membership[], wanted: string | undefined): Membership | string {
  const meant = own.filter(({ of }) => wanted === undefined || of.id === wanted || of.name === wanted);
  const [one, another] = meant;
  if (one !== undefined && another === undefined) return one;
  const known = someOf(own.map(({ of }) => `${of.name} (${of.id})`));
  const expected = another === undefined ? 'an organisation of the person' : 'one organisation, by its id';
  return `expected ${expected} in --organization, found ${wanted === undefined ? 'none' : JSON.stringify(wanted)}; they are a member of: ${known}`;
}
