import type { Endpoints } from '@boomgate/contract';
import { uuidv7 } from 'uuidv7';
import { hashToken, plainCode } from '../../identity/index.ts';
import { FIRST_ORGANIZATION } from '../../store/index.ts';
import { done, type HandlersOf, noted, noting, refuse, refuseAttempt } from '../frame/index.ts';
import { signIn } from './session-answer.ts';

const WRONG_CODE =
  'the set-up code is wrong or more than an hour old: the gateway prints another when it starts again';

const BY_PROVIDER =
  'people sign in by a provider here: the first one whom "groups" or "role" of the configuration makes admin sets the gateway up';

export const setup = {
  async read({ people, store }) {
    const isByCode = !people.ways.requiresProvider(FIRST_ORGANIZATION);
    return done({ isNeeded: isByCode && (await store.people.accounts.count()) === 0 });
  },

  async complete(context, request) {
    const { body, from } = request;
    const { attempts, passwords, people, ways } = context.people;
    if (ways.requiresProvider(FIRST_ORGANIZATION))
      return refuse('provider_required', { detail: BY_PROVIDER });
    const taken = attempts.take({ account: 'set-up', address: from.address }, context.clock.wallMs());
    if ('waitMs' in taken) return refuseAttempt({ fault: 'too_many_attempts', waitMs: taken.waitMs });
    // Without somebody to protect there is nothing to find out; afterwards no hash is spent on guesses.
    if ((await people.accounts.count()) > 0)
      return refuse('wrong_credentials', { detail: 'the gateway has been set up already: sign in' });
    const person = {
      id: uuidv7(),
      email: body.email,
      name: body.name,
      passwordHash: await passwords.hash(body.password),
    };
    const organization = { id: FIRST_ORGANIZATION, name: body.organization };
    const codeHash = hashToken(plainCode(body.code));
    const by = { kind: 'person' as const, person, organization };
    const target = { kind: 'organization', ...organization };
    const note = noting(request, (isMade: boolean) =>
      isMade ? { by, target, after: { admin: person.email } } : undefined,
    );
    const isDone = await people.setup.complete(codeHash, { person, organization, memberId: uuidv7() }, note);
    if (!isDone) return refuse('wrong_credentials', { detail: WRONG_CODE });
    taken.succeeded();
    return noted(
      await signIn(context, { person: person.id, organization: organization.id, from: request.from }),
    );
  },
} satisfies HandlersOf<Endpoints['setup']>;
