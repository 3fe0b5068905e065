import type { PersonRecord, Store } from '@boomgate/server/stored';
import type { PeopleListPlan } from '../plan/index.ts';
import { type ListedPerson, printPeople } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { openToRead } from './store.ts';

/** Accounts that are read at a time. */
const PAGE = 200;

export async function runPeopleList(
  plan: PeopleListPlan,
  { facts, keep, output, show }: World,
): Promise<ExitCode> {
  const store = keep(await openToRead(plan, facts));
  const listed: ListedPerson[] = [];
  for await (const one of everyAccount(store)) listed.push(await describe(store, one));
  if (show.json) output.json(listed);
  else if (listed.length > 0) output.data(printPeople(listed, { ...output, ...facts }));
  else output.note('nobody has an account yet: the set-up code of "boomgate up" makes the first');
  return 0;
}

async function* everyAccount({ people }: Store): AsyncGenerator<PersonRecord> {
  for (let after = ''; ; ) {
    const page = await people.accounts.list({ after, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.email;
  }
}

async function describe({ people }: Store, account: PersonRecord): Promise<ListedPerson> {
  const { createdAtMs, email, id, name, passwordHash, totp } = account;
  const memberships = await people.members.membershipsOf(id);
  return {
    ...{ id, email, name },
    createdAt: new Date(createdAtMs).toISOString(),
    organizations: memberships.map(({ of, role }) => ({ id: of.id, name: of.name, role })),
    hasPassword: passwordHash !== undefined,
    hasSecondFactor: totp?.isConfirmed === true,
    passkeys: (await people.passkeys.list(id)).length,
    providers: await people.externalIdentities.issuersOf(id),
  };
}
