import type { Endpoints } from '@boomgate/contract';
import { isEnrolled } from '../../identity/index.ts';
import type { MemberWithPerson } from '../../store/index.ts';
import { changed, done, type HandlersOf, openPage, pageAnswer, refuse } from '../frame/index.ts';
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

  async changeRole({ store: { people } }, { body, operator, params }) {
    const { id } = operator.organization;
    const { members: store } = people;
    const before = await store.find(id, params.member);
    const set = await store.setRole(id, params.member, body.role);
    if (set === 'last_admin') return refuse('last_admin');
    const member = set === 'done' ? await store.find(id, params.member) : undefined;
    if (before === undefined || member === undefined) return refuse('not_found');
    return changed(done(show(member)), {
      target: targetOf(member),
      before: { role: before.role },
      after: { role: body.role },
    });
  },

  async remove({ agentSignIn, store: { people } }, { operator, params }) {
    const { members: store } = people;
    const { id } = operator.organization;
    const member = await store.find(id, params.member);
    const may = await store.removable(id, params.member);
    if (member === undefined || may === 'unknown') return refuse('not_found');
    if (may === 'last_admin') return refuse('last_admin');
    const endAgents = () => agentSignIn.endAllOf(member.account.email, id);
    // First, so that they are out whatever fails afterwards: who is removed already cannot be removed again. And last, for one that came meanwhile.
    const before = await endAgents();
    const removed = await store.remove(id, params.member);
    if (removed !== 'done') return refuse(removed === 'unknown' ? 'not_found' : removed);
    const signedInAgents = before + (await endAgents());
    return changed(done(undefined), {
      target: targetOf(member),
      before: { role: member.role, ...(signedInAgents === 0 ? {} : { signedInAgents }) },
    });
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
