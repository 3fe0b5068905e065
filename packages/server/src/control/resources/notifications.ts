import type { Endpoints } from '@boomgate/contract';
import type { ControlContext } from '../context.ts';
import { done, type HandlersOf, noted, noting } from '../frame/index.ts';

export const notifications = {
  async read(context, { operator }) {
    const { organization, person } = operator;
    const wants = await context.store.people.members.wantsLetters(organization.id, person.id);
    return done(shown(context, wants ?? false));
  },

  async change(context, request) {
    const { body, operator } = request;
    const { organization, person } = operator;
    const { members } = context.store.people;
    const before = await members.wantsLetters(organization.id, person.id);
    const change = {
      target: { kind: 'person', id: person.id, name: person.email },
      before: { letters: before ?? false },
      after: { letters: body.letters },
    };
    const note = noting(request, () => (before === body.letters ? undefined : change));
    const of = { organization: organization.id, person: person.id };
    await members.setWantsLetters(of, body.letters, note);
    return noted(done(shown(context, body.letters)));
  },
} satisfies HandlersOf<Endpoints['notifications']>;

function shown({ mailer }: ControlContext, letters: boolean) {
  return { letters, isMailConfigured: mailer.isConfigured() };
}
