import { ATTACKS, attackPage } from '@boomgate/catalogue';
import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { done, type Handlers, refuse } from '../reply.ts';

export const attacks: NonNullable<Handlers['attacks']> = {
  list: () =>
    done({
      items: ATTACKS.map(({ category, classes, coverage, happens, name, slug }) => ({
        ...{ slug, name, category, coverage, happens },
        classes: [...classes],
      })),
    }),
  show: (_, { params }) => {
    const attack = ATTACKS.find(({ slug }) => slug === params.attack);
    if (attack === undefined) return refuse('not_found');
    // A cast: the answer is the same shape without `readonly`.
    return done(attackPage(attack) as AnswerOf<Endpoints['attacks']['show']>);
  },
};
