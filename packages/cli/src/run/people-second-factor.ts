import type { PeopleSecondFactorPlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { someAccount } from './some-account.ts';
import { openToChange } from './store.ts';

/** For who has lost their authenticator and the recovery codes. All their sessions end. */
export async function runPeopleSecondFactor(
  { email, ...place }: PeopleSecondFactorPlan,
  { facts, fail, keep, output, show }: World,
): Promise<ExitCode> {
  const store = keep(await openToChange(place, facts));
  const found = await someAccount(store, email);
  if ('fault' in found) return fail(found.fault);
  if (!(await store.people.accounts.removeTotp(found.person.id, commandLineActor())))
    return fail('expected an account with a second factor, found one without');
  if (show.json) output.json({ email, removed: true });
  else
    output.note(
      `${visible(email)} signs in without a second factor, and sets up a new one where an\norganisation requires it. All their sessions have ended.`,
    );
  return 0;
}
