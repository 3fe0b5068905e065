import type { Endpoints } from '@boomgate/contract';
import { uuidv7 } from 'uuidv7';
import { done, type HandlersOf, noted, noting, openPage, pageAnswer } from '../frame/index.ts';
import { momentOf } from './moments.ts';

export const organizations = {
  async list(context, { operator, query }) {
    const { id } = operator.person;
    const asked = { list: `organizations ${id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const all = await context.store.people.members.membershipsOf(id);
    const items = all.filter((one) => one.id > (page.after ?? '')).slice(0, page.limit);
    const answer = pageAnswer(context, asked, {
      items,
      positionOf: (one) => one.id,
      show: ({ of, role }) => ({ id: of.id, name: of.name, role, createdAt: momentOf(of.createdAtMs) }),
    });
    return done(answer);
  },

  async create(context, request) {
    const { body, operator } = request;
    const admin = { id: uuidv7(), person: operator.person.id };
    const wanted = { id: uuidv7(), name: body.name };
    // The row is the new organisation's: its admins read it.
    const by = { ...operator, organization: wanted };
    const target = { kind: 'organization', ...wanted };
    const note = noting(request, () => ({ by, target, after: { name: body.name } }));
    const made = await context.store.people.organizations.create(wanted, admin, note);
    const { createdAtMs, id, name } = made;
    return noted(done({ id, name, role: 'admin' as const, createdAt: momentOf(createdAtMs) }));
  },
} satisfies HandlersOf<Endpoints['organizations']>;
