import { ATTACKS, attackPage } from '@boomgate/catalogue';
import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { done, type HandlersOf, refuse } from '../frame/index.ts';

type PageAnswer = AnswerOf<Endpoints['attacks']['show']>;

/** The same for everybody: what is known comes with the program. */
export const attacks = {
  async list() {
    const items = ATTACKS.map(({ category, classes, coverage, happens, name, slug }) => ({
      ...{ slug, name, category, coverage, happens },
      classes: [...classes],
    }));
    return done({ items });
  },

  async show(_, { params }) {
    const attack = ATTACKS.find(({ slug }) => slug === params.attack);
    if (attack === undefined) return refuse('not_found');
    // A cast: the answer is the same shape without `readonly`.
    return done(attackPage(attack) as PageAnswer);
  },
} satisfies HandlersOf<Endpoints['attacks']>;
