import type { Endpoints } from '@boomgate/contract';
import type { MemberWithPerson } from '../../store/index.ts';
import { done, type HandlersOf, openPage, pageAnswer, refuse } from '../frame/index.ts';
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

  async changeRole({ store }, { body, operator, params }) {
    const { id } = operator.organization;
    const changed = await store.people.members.setRole(id, params.member, body.role);
    if (changed === 'last_admin') return refuse('last_admin');
    const member = changed === 'done' ? await store.people.members.find(id, params.member) : undefined;
    return member === undefined ? refuse('not_found') : done(show(member));
  },

  async remove({ store }, { operator, params }) {
    const removed = await store.people.members.remove(operator.organization.id, params.member);
    if (removed === 'unknown') return refuse('not_found');
    return removed === 'done' ? done(undefined) : refuse('last_admin');
  },
} satisfies HandlersOf<Endpoints['members']>;

function show({ account, createdAtMs, id, person, role }: MemberWithPerson) {
  return {
    id,
    person,
    email: account.email,
    name: account.name,
    role,
    hasSecondFactor: account.totp?.isConfirmed === true,
    createdAt: momentOf(createdAtMs),
  };
}
