import { endEverySignedIn, type Store } from '@boomgate/server/stored';
import type { PeopleRemovePlan } from '../plan/index.ts';
import { membershipsOf } from '../report/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { confirmed } from './confirm.ts';
import { someAccount } from './some-account.ts';
import { someOf } from './some-names.ts';
import { openToChange } from './store.ts';

/** For who leaves for good. */
export async function runPeopleRemove(
  { email, yes, ...place }: PeopleRemovePlan,
  world: World,
): Promise<ExitCode> {
  const { facts, fail, keep, output, show } = world;
  const store = keep(await openToChange(place, facts));
  const found = await someAccount(store, email);
  if ('fault' in found) return fail(found.fault);
  const { id, name } = found.person;
  const { accounts, externalIdentities, members } = store.people;
  const may = await accounts.removable(id);
  if (typeof may !== 'string') return fail(lastAdminText(may.lastAdminOf));
  const memberships = await members.membershipsOf(id);
  const organizations = memberships.map(({ of, role }) => ({ id: of.id, name: of.name, role }));
  const member = organizations.length === 0 ? 'no member of anything' : membershipsOf({ organizations });
  if (!yes) output.note(`${visible(email)} (${visible(name)}): ${visible(member)}`);
  const answer = await confirmed(yes, 'remove this account for good?', world);
  if (answer === 'nobody')
    return fail('nothing was removed: expected an answer on a terminal, or --yes, found neither');
  if (answer === 'no') return fail('nothing was removed');
  const providers = await externalIdentities.issuersOf(id);
  // First, so that they are out whatever fails afterwards; and last, for one that came meanwhile.
  const agents = await endEverySignedIn(store, email);
  const removed = await accounts.remove(id, commandLineActor(), agents);
  if (typeof removed !== 'string') return fail(lastAdminText(removed.lastAdminOf));
  await endEverySignedIn(store, email);
  const grants = await ownedBy(store, email);
  if (show.json) output.json({ email, removed: true, organizations, agents, grants, providers });
  else tell({ email, grants, providers }, world);
  return 0;
}

type Left = {
  readonly email: string;
  readonly grants: readonly string[];
  readonly providers: readonly string[];
};

/** What the operator has to look at besides. */
function tell({ email, grants, providers }: Left, { output }: World): void {
  output.note(
    `The account of ${visible(email)} is gone, with its memberships, sessions, passkeys and API keys, and\nthe agents that it signed in. The logs keep the name until their rows are deleted.`,
  );
  if (grants.length > 0)
    output.note(
      `It owned these grants, whose tokens work as before: ${visible(someOf(grants))}\nRevoke or rotate them, or give them to somebody else.`,
    );
  if (providers.length > 0)
    output.note(
      `${visible(someOf(providers))} may still vouch for this person, who then comes in anew where their domain\nis allowed: close their account there as well.`,
    );
}

function lastAdminText(names: readonly string[]): string {
  const of = names.map((name) => JSON.stringify(name)).join(' and ');
  return `nothing was removed: the account is the last admin of ${of}; make another member admin there first, as with "boomgate people set-role EMAIL admin"`;
}

async function ownedBy({ grants }: Store, email: string): Promise<readonly string[]> {
  const isTheirs = (owner: string | undefined): boolean => owner?.trim().toLowerCase() === email;
  const owned = (await grants.list()).filter(({ owner, state }) => state !== 'revoked' && isTheirs(owner));
  return owned.map(({ name }) => name);
}
