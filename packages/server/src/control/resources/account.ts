import type { Endpoints } from '@boomgate/contract';
import { provePresent } from '../../identity/index.ts';
import {
  changed,
  done,
  endedCookie,
  type HandlersOf,
  noted,
  noting,
  refuse,
  refuseAttempt,
} from '../frame/index.ts';
import { ifAsProven, personTarget, signIn } from './session-answer.ts';

export const account = {
  async changePassword(context, request) {
    const { body, from, operator } = request;
    const { organization, person } = operator;
    if (person.passwordHash === undefined) return refuse('no_password');
    const proof = { password: body.current, address: from.address };
    const proven = await provePresent(context.people, person, proof);
    if (!proven.ok) return refuseAttempt(proven);
    const { accounts } = context.store.people;
    const passwordHash = await context.people.passwords.hash(body.next);
    // Hashing took its time: a link for a forgotten password that was used meanwhile has the last word.
    const hashes = { before: person.passwordHash, after: passwordHash };
    const note = noting(request, (isMade: boolean) =>
      isMade ? { target: personTarget(person) } : undefined,
    );
    const isSet = await accounts.setPassword(person.id, hashes, note);
    if (!isSet) return refuse('wrong_credentials');
    const begun = await signIn(context, { person: person.id, organization: organization.id });
    const still = await ifAsProven(context, { ...person, passwordHash }, begun);
    return still.ok ? noted(still) : still;
  },

  async signOutEverywhere(context, { operator }) {
    await context.store.people.personSessions.endAllOf(operator.person.id);
    return changed(done(undefined, [endedCookie(context, 'session')]), {
      target: personTarget(operator.person),
    });
  },
} satisfies HandlersOf<Endpoints['account']>;
