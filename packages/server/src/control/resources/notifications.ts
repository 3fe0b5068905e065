import type { Endpoints } from '@boomgate/contract';
import type { ControlContext } from '../context.ts';
import { changed, done, type HandlersOf } from '../frame/index.ts';

export const notifications = {
  async read(context, { operator }) {
    const { organization, person } = operator;
    const wants = await context.store.people.members.wantsLetters(organization.id, person.id);
    return done(shown(context, wants ?? false));
  },

  async change(context, { body, operator }) {
    const { organization, person } = operator;
    const { members } = context.store.people;
    const before = await members.wantsLetters(organization.id, person.id);
    await members.setWantsLetters(organization.id, person.id, body.mailApprovals);
    const answer = done(shown(context, body.mailApprovals));
    if (before === body.mailApprovals) return changed(answer, undefined);
    return changed(answer, {
      target: { kind: 'person', id: person.id, name: person.email },
      before: { mailApprovals: before ?? false },
      after: { mailApprovals: body.mailApprovals },
    });
  },
} satisfies HandlersOf<Endpoints['notifications']>;

function shown({ mailer }: ControlContext, mailApprovals: boolean) {
  return { mailApprovals, isMailConfigured: mailer.isConfigured() };
}
