import type { Endpoints } from '@boomgate/contract';
import { provePerson } from '../../identity/index.ts';
import type { PersonRecord } from '../../store/index.ts';
import { changed, done, endedCookie, type HandlersOf, refuse, refuseAttempt } from '../frame/index.ts';
import { describeSession, personTarget, signInFirst } from './session-answer.ts';

export const session = {
  async signIn(context, { body, from }) {
    const proven = await provePerson(context.people, { ...body, address: from.address });
    if (!proven.ok) return refuseAttempt(proven);
    const begun = await signInFirst(context, from, { person: proven.person.id });
    if (!begun.ok || isAsProven(proven.person, begun.change.by.person)) return begun;
    // Whoever changed it ended the sessions that there were; this one began afterwards.
    if (begun.change.by.kind === 'person')
      await context.store.people.personSessions.end(begun.change.by.session.hash);
    return refuse('wrong_credentials');
  },

  read: async (context, { operator }) => done(await describeSession(context, operator)),

  async switchOrganization(context, { body, operator }) {
    const { members, organizations, personSessions } = context.store.people;
    const member = await members.ofPerson(body.organization, operator.person.id);
    const organization = await organizations.find(body.organization);
    if (member === undefined || organization === undefined) return refuse('not_found');
    await personSessions.turnTo(operator.session.hash, organization.id);
    const there = { ...operator, organization, role: member.role };
    return changed(done(await describeSession(context, there)), {
      by: there,
      target: personTarget(operator.person),
      before: { organization: operator.organization.id },
      after: { organization: organization.id },
    });
  },

  async signOut(context, { operator }) {
    await context.store.people.personSessions.end(operator.session.hash);
    return changed(done(undefined, [endedCookie(context, 'session')]), {
      target: personTarget(operator.person),
    });
  },
} satisfies HandlersOf<Endpoints['session']>;

/** Looking at a password takes its time, in which it may be changed, or a second factor be enrolled. */
function isAsProven(proven: PersonRecord, now: PersonRecord): boolean {
  const isEnrolled = ({ totp }: PersonRecord): boolean => totp?.isConfirmed === true;
  return proven.passwordHash === now.passwordHash && isEnrolled(proven) === isEnrolled(now);
}
