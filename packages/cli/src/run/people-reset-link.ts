import { declaredNames } from '@boomgate/server/declared-names';
import { hashToken, mintSecret, ORGANIZATION, PASSWORD_LINK_MS, type Store } from '@boomgate/server/stored';
import type { PeopleResetLinkPlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { addressIn } from './addressed.ts';
import { findConfig } from './config-file.ts';
import { someAccount } from './some-account.ts';
import { openToChange } from './store.ts';

/** Whether a password is of use to somebody where members of the first organisation need a provider: in another one. */
async function leadsSomewhere({ people }: Store, person: string): Promise<boolean> {
  return (await people.members.membershipsOf(person)).some(
    ({ organization }) => organization !== ORGANIZATION,
  );
}

/** For who forgot their password where no mail is sent. The link is printed now and never again: only the hash is kept. */
export async function runPeopleResetLink(
  plan: PeopleResetLinkPlan,
  { facts, fail, keep, output, show }: World,
): Promise<ExitCode> {
  const { email } = plan;
  const store = keep(await openToChange(plan, facts));
  const found = await someAccount(store, email);
  if ('fault' in found) return fail(found.fault);
  const path = plan.config ?? findConfig(facts);
  const declared = path === undefined ? undefined : await declaredNames(path);
  if (declared?.ok === true && declared.requiresProvider && !(await leadsSomewhere(store, found.person.id)))
    return fail(
      `a password would lead ${visible(email)} nowhere: ${visible(path ?? '')} has "signIn.only", so that members sign in by a provider; take it out to let them in by passwords`,
    );
  const { token } = mintSecret('bgr_');
  const expiresAtMs = store.nowMs() + PASSWORD_LINK_MS;
  const reset = { person: found.person.id, tokenHash: hashToken(token), expiresAtMs };
  if (!(await store.people.passwordResets.open(reset, commandLineActor())))
    return fail(`expected an account with a password, found one that signs in only through its provider`);
  if (declared?.ok === false)
    output.note(
      `${visible(declared.problems[0] ?? '')}\nIf that file has "signIn.only", the link may set no password.`,
    );
  const url = await addressIn(store, plan);
  const link = `${url}/#reset=${token}`;
  if (show.json) {
    output.json({ email, link, expiresAt: new Date(expiresAtMs).toISOString() });
    return 0;
  }
  output.data(link);
  output.note(
    '\nIt works once, for 30 minutes, and is not shown again. When it is used, all\nsessions of the person end and their passkeys are removed.',
  );
  return 0;
}
