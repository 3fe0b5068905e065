import type { Endpoints } from '@boomgate/contract';
import { provePresent } from '../../identity/index.ts';
import { changed, done, endedCookie, type HandlersOf, refuse, refuseAttempt } from '../frame/index.ts';
import { ifAsProven, personTarget, signIn } from './session-answer.ts';

export const account = {
  async changePassword(context, { body, from, operator }) {
    const { organization, person } = operator;
    if (person.passwordHash === undefined) return refuse('no_password');
    const proof = { password: body.current, address: from.address };
    const proven = await provePresent(context.people, person, proof);
    if (!proven.ok) return refuseAttempt(proven);
    const { accounts } = context.store.people;
    const passwordHash = await context.people.passwords.hash(body.next);
    // Hashing took its time: a link for a forgotten password that was used meanwhile has the last word.
    const isSet = await accounts.setPassword(person.id, passwordHash, person.passwordHash);
    if (!isSet) return refuse('wrong_credentials');
    const begun = await signIn(context, { person: person.id, organization: organization.id });
    return ifAsProven(context, { ...person, passwordHash }, begun);
  },

  async signOutEverywhere(context, { operator }) {
    await context.store.people.personSessions.endAllOf(operator.person.id);
    return changed(done(undefined, [endedCookie(context, 'session')]), {
      target: personTarget(operator.person),
    });
  },
} satisfies HandlersOf<Endpoints['account']>;
