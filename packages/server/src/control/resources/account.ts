import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { endOfSession, provePresent, wayOf } from '../../identity/index.ts';
import type { PersonSession } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import {
  actorOf,
  changed,
  done,
  endedCookie,
  type HandlersOf,
  noted,
  noting,
  refuse,
  refuseAttempt,
} from '../frame/index.ts';
import { takeOut } from './members.ts';
import { momentOf } from './moments.ts';
import { describeSession, ifAsProven, personTarget, signIn } from './session-answer.ts';

export const account = {
  async change(context, { body: { name }, from, operator }) {
    const { person } = operator;
    // A row in each of their organisations: as many changes as somebody makes who means them, and none counts as succeeded.
    const each = `name of ${person.id}`;
    const taken = context.people.attempts.take({ account: each, address: each }, context.clock.wallMs());
    if ('waitMs' in taken) return refuseAttempt({ fault: 'too_many_attempts', waitMs: taken.waitMs });
    const isThere = await context.store.people.accounts.rename(person.id, name, actorOf(operator, from));
    if (!isThere) return refuse('not_found');
    return noted(done(await describeSession(context, { ...operator, person: { ...person, name } })));
  },

  async changePassword(context, request) {
    const { body, from, operator } = request;
    const { organization, person } = operator;
    if (context.people.ways.requiresProvider(organization.id)) return refuse('provider_required');
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
    const begun = await signIn(context, { person: person.id, organization: organization.id, from });
    const still = await ifAsProven(context, { ...person, passwordHash }, begun);
    return still.ok ? noted(still) : still;
  },

  async sessions(context, { operator }) {
    const { organizations, personSessions } = context.store.people;
    const sessions: SessionAnswer[] = [];
    for (const one of await personSessions.ofPerson(operator.person.id)) {
      if (!counts(context, one)) continue;
      const organization = (await organizations.find(one.organization))?.name ?? '';
      sessions.push({
        id: idOf(context, one),
        organization,
        by: wayOf(one),
        ...(one.device === undefined ? {} : { device: one.device }),
        beganAt: momentOf(one.createdAtMs),
        usedAt: momentOf(one.seenAtMs),
        isThis: one.hash === operator.session.hash,
      });
    }
    return done({ sessions });
  },

  async endSession(context, request) {
    const { operator, params } = request;
    const { personSessions } = context.store.people;
    const own = await personSessions.ofPerson(operator.person.id);
    const found = own.find((one) => idOf(context, one) === params.session);
    if (found === undefined) return refuse('not_found');
    const note = noting(request, () => ({ target: personTarget(operator.person) }));
    await personSessions.end(found.hash, note);
    const isThis = found.hash === operator.session.hash;
    return noted(done(undefined, isThis ? [endedCookie(context, 'session')] : []));
  },

  async signOutEverywhere(context, { operator }) {
    await context.store.people.personSessions.endAllOf(operator.person.id);
    return changed(done(undefined, [endedCookie(context, 'session')]), {
      target: personTarget(operator.person),
    });
  },

  async leave(context, request) {
    const { organization, person } = request.operator;
    const own = await context.store.people.members.ofPerson(organization.id, person.id);
    const left = await takeOut(context, request, own?.id ?? '');
    if (left === 'done') return noted(done(undefined, [endedCookie(context, 'session')]));
    // Whoever has been removed meanwhile is out, as they wished.
    return left === 'unknown' ? changed(done(undefined), undefined) : refuse(left);
  },
} satisfies HandlersOf<Endpoints['account']>;

type SessionAnswer = AnswerOf<Endpoints['account']['sessions']>['sessions'][number];

/** The hash itself, which the store looks for, stays within. */
const idOf = ({ store }: ControlContext, { hash }: PersonSession): string => store.audit.fingerprint(hash);

/** One that is refused now is nobody's, though it may count again once the file says so. */
function counts({ clock, people }: ControlContext, session: PersonSession): boolean {
  return (endOfSession(people.ways, session) ?? 0) > clock.wallMs();
}
