import type { Endpoints } from '@boomgate/contract';
import { uuidv7 } from 'uuidv7';
import { changed, done, type HandlersOf, openPage, pageAnswer } from '../frame/index.ts';
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

  async create(context, { body, operator }) {
    const admin = { id: uuidv7(), person: operator.person.id };
    const made = await context.store.people.organizations.create({ id: uuidv7(), name: body.name }, admin);
    const { createdAtMs, id, name } = made;
    const answer = done({ id, name, role: 'admin' as const, createdAt: momentOf(createdAtMs) });
    // The row is the new organisation's: its admins read it.
    const by = { ...operator, organization: made };
    return changed(answer, { by, target: { kind: 'organization', id, name }, after: { name } });
  },
} satisfies HandlersOf<Endpoints['organizations']>;
