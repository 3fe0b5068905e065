import type { Endpoints } from '@boomgate/contract';
import { isEnrolled, type Operator } from '../../identity/index.ts';
import type { Altered, MemberWithPerson } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { done, type HandlersOf, noted, noting, openPage, pageAnswer, refuse } from '../frame/index.ts';
import { momentOf } from './moments.ts';

export const members = {
  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `members ${id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const items = await context.store.people.members.list(id, page);
    return done(pageAnswer(context, asked, { items, positionOf: (one) => one.id, show: show }));
  },

  async changeRole({ store: { people } }, request) {
    const { body, operator, params } = request;
    const { id: organization } = operator.organization;
    const of = { organization, id: params.member };
    const { members: store } = people;
    const before = await store.find(organization, of.id);
    if (before === undefined) return refuse('not_found');
    const sides = { before: { role: before.role }, after: { role: body.role } };
    const note = noting(request, (became) =>
      became === 'done' ? { target: targetOf(before), ...sides } : undefined,
    );
    const set = await store.setRole(of, body.role, note);
    if (set !== 'done') return refuse(set === 'unknown' ? 'not_found' : set);
    return noted(done(show({ ...before, role: body.role })));
  },

  async endSessions({ store: { people } }, request) {
    const { operator, params } = request;
    const member = await people.members.find(operator.organization.id, params.member);
    if (member === undefined) return refuse('not_found');
    const note = noting(request, () => ({ target: targetOf(member) }));
    // Of other organisations too: a session can be turned to any of its person's.
    await people.personSessions.endAllOf(member.person, undefined, note);
    return noted(done(undefined));
  },

  async remove(context, request) {
    const removed = await takeOut(context, request, request.params.member);
    if (removed === 'done') return noted(done(undefined));
    return refuse(removed === 'unknown' ? 'not_found' : removed);
  },
} satisfies HandlersOf<Endpoints['members']>;

type Asking = Parameters<typeof noting>[0] & { readonly operator: Operator };

/** Takes a member out of the organisation in which they are asked for, with the agents that they signed in. */
export async function takeOut(
  { agentSignIn, store: { people } }: ControlContext,
  request: Asking,
  id: string,
): Promise<Altered> {
  const { members: store } = people;
  const { id: organization } = request.operator.organization;
  const member = await store.find(organization, id);
  const may = await store.removable(organization, id);
  if (member === undefined || may !== 'done') return may;
  const endAgents = () => agentSignIn.endAllOf(member.account.email, organization);
  // First, so that they are out whatever fails afterwards: who is removed already cannot be removed again. And last, for one that came meanwhile.
  const signedInAgents = await endAgents();
  const before = { role: member.role, ...(signedInAgents === 0 ? {} : { signedInAgents }) };
  const note = noting(request, (became) =>
    became === 'done' ? { target: targetOf(member), before } : undefined,
  );
  const removed = await store.remove(organization, id, note);
  if (removed === 'done') await endAgents();
  return removed;
}

const targetOf = ({ account, id }: MemberWithPerson) => ({ kind: 'member', id, name: account.email });

function show({ account, createdAtMs, id, person, role }: MemberWithPerson) {
  return {
    id,
    person,
    email: account.email,
    name: account.name,
    role,
    hasSecondFactor: isEnrolled(account),
    createdAt: momentOf(createdAtMs),
  };
}
