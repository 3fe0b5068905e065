import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { uuidv7 } from 'uuidv7';
import {
  BY_PASSKEY,
  beginPasskey,
  beginPasskeySignIn,
  passkeyPlace,
  provePasskey,
  provePresent,
  readPasskey,
} from '../../identity/index.ts';
import { PASSKEYS_PER_PERSON } from '../../limits/index.ts';
import type { AddedPasskey, PasskeyRecord } from '../../store/index.ts';
import { changed, done, type HandlersOf, noted, noting, refuse, refuseAttempt } from '../frame/index.ts';
import { momentOf } from './moments.ts';
import { ifStill, personTarget, signInFirst } from './session-answer.ts';

export const passkeys = {
  async list({ store }, { operator }) {
    const found = await store.people.passkeys.list(operator.person.id);
    return done({ passkeys: found.map(show) });
  },

  async begin(context, { body, from, operator }) {
    const place = passkeyPlace(context.url());
    if (place === undefined) return refuse('no_passkeys_here');
    const { organization, person } = operator;
    if (context.people.ways.requiresProvider(organization.id)) return refuse('provider_required');
    if (person.passwordHash !== undefined) {
      // A missing password is a wrong one: whoever finds a session open adds no key of their own.
      const proof = { password: body.password ?? '', address: from.address };
      const proven = await provePresent(context.people, person, proof);
      if (!proven.ok) return refuseAttempt(proven);
    }
    const has = await context.store.people.passkeys.list(person.id);
    if (has.length >= PASSKEYS_PER_PERSON) return refuse('too_many');
    return done(await beginPasskey(context.people, place, { person, has }));
  },

  async add(context, request) {
    const { body, operator } = request;
    const place = passkeyPlace(context.url());
    if (place === undefined) return refuse('no_passkeys_here');
    if (context.people.ways.requiresProvider(operator.organization.id)) return refuse('provider_required');
    const { credential, name, state } = body;
    const { id: person } = operator.person;
    const made = await readPasskey(context.people, { place, state, credential }, person);
    if (made === undefined) return refuse('wrong_credentials');
    const passkey = { id: uuidv7(), person, name, ...made };
    const note = noting(request, (became: AddedPasskey) =>
      typeof became === 'string'
        ? undefined
        : { target: personTarget(operator.person), after: { passkey: name } },
    );
    const added = await context.store.people.passkeys.add(passkey, PASSKEYS_PER_PERSON, note);
    if (added === 'too_many') return refuse('too_many');
    if (added === 'taken') return refuse('wrong_credentials');
    return noted(done(show(added)));
  },

  async remove({ store }, request) {
    const { operator, params } = request;
    const { passkeys: own } = store.people;
    const found = (await own.list(operator.person.id)).find(({ id }) => id === params.passkey);
    if (found === undefined) return refuse('not_found');
    const change = { target: personTarget(operator.person), before: { passkey: found.name } };
    const note = noting(request, (isGone: boolean) => (isGone ? change : undefined));
    const isGone = await own.remove(operator.person.id, found.id, note);
    return isGone ? noted(done(undefined)) : refuse('not_found');
  },

  async beginSignIn(context) {
    const place = passkeyPlace(context.url());
    return place === undefined
      ? refuse('no_passkeys_here')
      : done(await beginPasskeySignIn(context.people, place));
  },

  async signIn(context, { body, from }) {
    const place = passkeyPlace(context.url());
    if (place === undefined) return refuse('no_passkeys_here');
    const { attempts, clock } = context.people;
    const taken = attempts.take(
      { account: `passkey ${from.address}`, address: from.address },
      clock.wallMs(),
    );
    if ('waitMs' in taken) return refuseAttempt({ fault: 'too_many_attempts', waitMs: taken.waitMs });
    const passkey = await provePasskey(context.people, { place, ...body });
    if (passkey === undefined) return refuse('wrong_credentials');
    taken.succeeded();
    const who = { person: passkey.person, provider: BY_PASSKEY };
    const began = await signInFirst(context, from, who);
    if (!began.ok) return began;
    // Whoever removed it meanwhile, by a link for a forgotten password, ended the sessions that there were.
    const known = await context.store.people.passkeys.findByCredential(passkey.credential);
    const begun = await ifStill(context, known?.id === passkey.id, began);
    if (!begun.ok) return begun;
    const { change, ...answer } = begun;
    return changed(answer, { ...change, after: { passkey: passkey.name } });
  },
} satisfies HandlersOf<Endpoints['passkeys']>;

type PasskeyAnswer = AnswerOf<Endpoints['passkeys']['add']>;

function show({ createdAtMs, id, name, usedAtMs }: PasskeyRecord): PasskeyAnswer {
  const used = usedAtMs === undefined ? {} : { usedAt: momentOf(usedAtMs) };
  return { id, name, addedAt: momentOf(createdAtMs), ...used };
}
