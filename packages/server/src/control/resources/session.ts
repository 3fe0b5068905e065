import type { Endpoints } from '@boomgate/contract';
import { endOfSession, provePerson } from '../../identity/index.ts';
import { changed, done, endedCookie, type HandlersOf, refuse, refuseAttempt } from '../frame/index.ts';
import { describeSession, ifAsProven, personTarget, signInFirst } from './session-answer.ts';

export const session = {
  async signIn(context, { body, from }) {
    const proven = await provePerson(context.people, { ...body, address: from.address });
    if (!proven.ok) return refuseAttempt(proven);
    const begun = await signInFirst(context, from, { person: proven.person.id });
    return begun.ok ? ifAsProven(context, proven.person, begun) : begun;
  },

  read: async (context, { operator }) => done(await describeSession(context, operator)),

  async switchOrganization(context, { body, operator }) {
    const { members, organizations, personSessions } = context.store.people;
    const member = await members.ofPerson(body.organization, operator.person.id);
    const organization = await organizations.find(body.organization);
    if (member === undefined || organization === undefined) return refuse('not_found');
    const there = { ...operator.session, organization: organization.id };
    // The session would not count there, nor anywhere once it is turned.
    if (endOfSession(context.people.ways, there) === undefined) return refuse('provider_required');
    await personSessions.turnTo(operator.session.hash, organization.id);
    const turned = { ...operator, organization, role: member.role };
    return changed(done(await describeSession(context, turned)), {
      by: turned,
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
