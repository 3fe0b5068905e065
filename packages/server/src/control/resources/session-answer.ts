import type { AnswerOf, Endpoints } from '@boomgate/contract';
import {
  beginSession,
  csrfOf,
  hashToken,
  identifyOperator,
  isEnrolled,
  type Operator,
} from '../../identity/index.ts';
import type { PersonRecord, PersonSession } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { type Change, type Done, done, givenCookie, type Peer, refuse } from '../frame/index.ts';
import { deviceOf } from './device.ts';
import { momentOf } from './moments.ts';

type SessionAnswer = AnswerOf<Endpoints['session']['read']>;

/** Who is signed in, as the contract tells it. */
export async function describeSession(context: ControlContext, operator: Operator): Promise<SessionAnswer> {
  const { kind, organization, person, role } = operator;
  const here = { id: organization.id, name: organization.name };
  const memberships =
    kind === 'person' ? await context.store.people.members.membershipsOf(person.id) : [{ of: here, role }];
  return {
    person: {
      id: person.id,
      email: person.email,
      name: person.name,
      hasPassword: person.passwordHash !== undefined,
      hasSecondFactor: isEnrolled(person),
    },
    organization: {
      ...here,
      requireSecondFactor: organization.requireSecondFactor,
      agentsStopped: organization.agentsStopped,
      requiresProvider: context.people.ways.requiresProvider(organization.id),
    },
    role,
    organizations: memberships.map(({ of, role: own }) => ({ id: of.id, name: of.name, role: own })),
    ...(kind === 'person' ? { csrf: csrfOf(context.people, operator.session) } : {}),
    expiresAt: momentOf(operator.expiresAtMs),
  };
}

type Begun = Omit<Done<SessionAnswer>, 'change'> & { readonly change: Change & { readonly by: Operator } };

type Starting = Pick<PersonSession, 'person' | 'organization' | 'provider'> & {
  readonly from: Pick<Peer, 'userAgent'>;
};

/** Begins a session, ends the one that the browser held before, and gives both the cookie and the answer. */
export async function signIn(context: ControlContext, who: Starting, before?: string): Promise<Begun> {
  const begun = await trySignIn(context, who, before);
  if (begun === undefined) throw new Error('the session that was just begun is not there');
  return begun;
}

/** The same; undefined where what let them in was taken back just then, as by a directory that says that they have left. */
export async function trySignIn(
  context: ControlContext,
  who: Starting,
  before?: string,
): Promise<Begun | undefined> {
  if (before !== undefined) await context.store.people.personSessions.end(before);
  const { token } = await beginSession(context.people, whoOf(who));
  const operator = await identifyOperator(context.people, { authorization: undefined, session: token });
  if (operator === undefined) {
    await context.store.people.personSessions.end(hashToken(token));
    return undefined;
  }
  const answer = done(await describeSession(context, operator), [givenCookie(context, 'session', token)]);
  return { ...answer, change: { by: operator, target: personTarget(operator.person) } };
}

/** The same in the first organisation that the person is a member of and may enter so, once they have proven who they are. */
export async function signInFirst(
  context: ControlContext,
  from: Pick<Peer, 'session' | 'userAgent'>,
  who: Pick<PersonSession, 'person' | 'provider'>,
) {
  const memberships = await context.store.people.members.membershipsOf(who.person);
  if (memberships.length === 0)
    return refuse('forbidden', { detail: 'the account is not a member of any organisation' });
  const [first] = withoutProvider(context, memberships);
  if (first === undefined) return refuse('provider_required');
  const before = from.session === undefined ? undefined : hashToken(from.session);
  return signIn(context, { ...who, from, organization: first.organization }, before);
}

/** Whether a password or a passkey leads the person anywhere: into an organisation that does not have its members sign in by a provider alone. */
export async function entersWithoutProvider(context: ControlContext, person: string): Promise<boolean> {
  const memberships = await context.store.people.members.membershipsOf(person);
  return memberships.length === 0 || withoutProvider(context, memberships).length > 0;
}

/** Those in organisations that a password or a passkey leads into. */
function withoutProvider<Of extends { readonly organization: string }>(
  { people }: ControlContext,
  memberships: readonly Of[],
): readonly Of[] {
  return memberships.filter(({ organization }) => !people.ways.requiresProvider(organization));
}

/**
 * A session that has begun, for who proved themselves just before. Looking at a password takes its time, in which it may be changed, or a
 * second factor be enrolled: whoever did that ended the sessions that there were, and this one ends too.
 */
export async function ifAsProven(context: ControlContext, proven: PersonRecord, begun: Begun) {
  const { person } = begun.change.by;
  const isSame = proven.passwordHash === person.passwordHash && isEnrolled(proven) === isEnrolled(person);
  return ifStill(context, isSame, begun);
}

/** The session that has begun, unless what it was begun by does not count any more. */
export async function ifStill(context: ControlContext, counts: boolean, begun: Begun) {
  const { by } = begun.change;
  if (counts) return begun;
  if (by.kind === 'person') await context.store.people.personSessions.end(by.session.hash);
  return refuse('wrong_credentials');
}

/** Callers give whole members. */
function whoOf({ from: { userAgent }, organization, person, provider }: Starting) {
  const device = deviceOf(userAgent);
  return {
    ...{ person, organization },
    ...(provider === undefined ? {} : { provider }),
    ...(device === undefined ? {} : { device }),
  };
}

/** A person as what was changed. */
export function personTarget({ email, id }: Operator['person']): Change['target'] {
  return { kind: 'person', id, name: email };
}
