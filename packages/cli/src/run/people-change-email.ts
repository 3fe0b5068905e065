import { emailText } from '@boomgate/contract';
import { moveSignedIn, type Store } from '@boomgate/server/stored';
import type { PeopleChangeEmailPlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { someAccount } from './some-account.ts';
import { someOf } from './some-names.ts';
import { openToChange } from './store.ts';

/** By the operator alone: whoever has an address gets its invitations, and may be linked with it by a provider. */
export async function runPeopleChangeEmail(
  { email, next, ...place }: PeopleChangeEmailPlan,
  { facts, fail, keep, output, show }: World,
): Promise<ExitCode> {
  if (!emailText.safeParse(next).success)
    return fail(`expected the new e-mail, found ${JSON.stringify(next)}, which is none`);
  const store = keep(await openToChange(place, facts));
  const found = await someAccount(store, email);
  if ('fault' in found) return fail(found.fault);
  const { id } = found.person;
  const changed = await store.people.accounts.changeEmail(id, next, commandLineActor());
  if (changed === 'taken')
    return fail(`expected an e-mail that no account has, found ${JSON.stringify(next)}; an account has it`);
  if (changed === 'unknown') return fail('the account was removed meanwhile');
  const agents = await moveSignedIn(store, { from: email, to: next });
  const grants = changed.grants.map(({ name }) => name);
  const declared = changed.grants.filter(({ origin }) => origin === 'file').map(({ name }) => name);
  const policies = await policiesNaming(store, id, email);
  if (show.json) {
    const { revokedInvitations } = changed;
    output.json({ id, before: email, email: next, revokedInvitations, agents, grants, declared, policies });
    return 0;
  }
  output.note(
    `${visible(email)} is ${visible(next)} from now on, when signing in and in letters. A reset link and open\ninvitations for the old address no longer work; sessions, keys and agents go on.`,
  );
  if (grants.length > 0) output.note(`These grants are owned by the new address: ${visible(someOf(grants))}`);
  if (declared.length > 0)
    output.note(
      `Change the owner of ${visible(someOf(declared))} in the configuration file too: otherwise it is the old\naddress again at the next start, and they could approve calls of their own grant.`,
    );
  if (policies.length > 0)
    output.note(`These policies name the old address, change them as well: ${visible(someOf(policies))}`);
  return 0;
}

/** Of their organisations: stored ones, in which the address may stand for an approver. */
async function policiesNaming(
  { people, policies }: Store,
  id: string,
  email: string,
): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { organization } of await people.members.membershipsOf(id))
    for (const { name, text } of await policies.stored(organization))
      if (text.toLowerCase().includes(email)) names.push(name);
  return names;
}
