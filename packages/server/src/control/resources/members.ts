import type { Endpoints } from '@boomgate/contract';
import { isEnrolled } from '../../identity/index.ts';
import type { MemberWithPerson } from '../../store/index.ts';
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

  async remove({ agentSignIn, store: { people } }, request) {
    const { operator, params } = request;
    const { members: store } = people;
    const { id } = operator.organization;
    const member = await store.find(id, params.member);
    const may = await store.removable(id, params.member);
    if (member === undefined || may === 'unknown') return refuse('not_found');
    if (may === 'last_admin') return refuse('last_admin');
    const endAgents = () => agentSignIn.endAllOf(member.account.email, id);
    // First, so that they are out whatever fails afterwards: who is removed already cannot be removed again. And last, for one that came meanwhile.
    const signedInAgents = await endAgents();
    const before = { role: member.role, ...(signedInAgents === 0 ? {} : { signedInAgents }) };
    const note = noting(request, (became) =>
      became === 'done' ? { target: targetOf(member), before } : undefined,
    );
    const removed = await store.remove(id, params.member, note);
    if (removed !== 'done') return refuse(removed === 'unknown' ? 'not_found' : removed);
    await endAgents();
    return noted(done(undefined));
  },
} satisfies HandlersOf<Endpoints['members']>;

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
