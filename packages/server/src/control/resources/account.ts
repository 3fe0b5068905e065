import type { Endpoints } from '@boomgate/contract';
import { provePresent } from '../../identity/index.ts';
import { changed, done, endedCookie, type HandlersOf, refuse, refuseAttempt } from '../frame/index.ts';
import { personTarget, signIn } from './session-answer.ts';

export const account = {
  async changePassword(context, { body, from, operator }) {
    const { organization, person } = operator;
    if (person.passwordHash === undefined) return refuse('no_password');
    const proof = { password: body.current, address: from.address };
    const proven = await provePresent(context.people, person, proof);
    if (!proven.ok) return refuseAttempt(proven);
    const { accounts, personSessions } = context.store.people;
    await accounts.setPassword(person.id, await context.people.passwords.hash(body.next));
    await personSessions.endAllOf(person.id);
    return signIn(context, { person: person.id, organization: organization.id });
  },

  async signOutEverywhere(context, { operator }) {
    await context.store.people.personSessions.endAllOf(operator.person.id);
    return changed(done(undefined, [endedCookie(context, 'session')]), {
      target: personTarget(operator.person),
    });
  },
} satisfies HandlersOf<Endpoints['account']>;
