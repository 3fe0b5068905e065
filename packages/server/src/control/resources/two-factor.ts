import type { Endpoints } from '@boomgate/contract';
import {
  confirmTotp,
  isEnrolled,
  mintRecoveryCodes,
  newEnrolment,
  type Operator,
  plainCode,
  provePresent,
} from '../../identity/index.ts';
import type { NoteOf } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { done, type HandlersOf, noted, noting, refuse, refuseAttempt } from '../frame/index.ts';
import { personTarget } from './session-answer.ts';

export const twoFactor = {
  async enrol(context, request) {
    const { body, from, operator } = request;
    const { person } = operator;
    if (person.passwordHash === undefined) return refuse('no_password');
    if (isEnrolled(person)) return refuse('already_enrolled');
    const proven = await provePresent(context.people, person, { ...body, address: from.address });
    if (!proven.ok) return refuseAttempt(proven);
    const { sealedSecret, secret, uri } = newEnrolment(context.people, person);
    // Looking at the password took its time.
    const { accounts } = context.store.people;
    const begun = { sealedSecret, isConfirmed: false };
    const isBegun = await accounts.setTotp(person.id, begun, ofPerson(request));
    if (!isBegun) return refuse('already_enrolled');
    return noted(done({ secret, uri }));
  },

  async confirm(context, request) {
    const { body, from, operator } = request;
    const { attempts, clock } = context.people;
    const { person, session } = operator;
    if (person.totp === undefined) return refuse('not_enrolled');
    if (person.totp.isConfirmed) return refuse('already_enrolled');
    const taken = attempts.take({ account: person.email, address: from.address }, clock.wallMs());
    if ('waitMs' in taken) return refuseAttempt({ fault: 'too_many_attempts', waitMs: taken.waitMs });
    if (!(await confirmTotp(context.people, person, plainCode(body.code))))
      return refuse('wrong_credentials');
    taken.succeeded();
    const { codes: recoveryCodes, hashes: codes } = newCodes(context);
    const { sealedSecret } = person.totp;
    const confirmed = { sealedSecret, codes, session: session.hash };
    if (!(await context.store.people.accounts.confirmTotp(person.id, confirmed, ofPerson(request))))
      return refuse('wrong_credentials');
    return noted(done({ recoveryCodes }));
  },

  async renewRecoveryCodes(context, request) {
    const { body, from, operator } = request;
    const { person } = operator;
    if (person.totp?.isConfirmed !== true) return refuse('not_enrolled');
    const proven = await provePresent(context.people, person, { ...body, address: from.address });
    if (!proven.ok) return refuseAttempt(proven);
    const { codes: recoveryCodes, hashes } = newCodes(context);
    const note = noting(request, () => ({ target: personTarget(person) }));
    await context.store.people.accounts.replaceRecoveryCodes(person.id, hashes, note);
    return noted(done({ recoveryCodes }));
  },

  async disable(context, request) {
    const { body, from, operator } = request;
    const { person } = operator;
    if (person.totp?.isConfirmed !== true) return refuse('not_enrolled');
    const proven = await provePresent(context.people, person, { ...body, address: from.address });
    if (!proven.ok) return refuseAttempt(proven);
    await context.store.people.accounts.setTotp(person.id, undefined, ofPerson(request));
    return noted(done(undefined));
  },
} satisfies HandlersOf<Endpoints['twoFactor']>;

type OfPerson = Parameters<typeof noting>[0] & { readonly operator: Operator };

/** The row of what becomes of a person's second factor, if anything does. */
function ofPerson(request: OfPerson): NoteOf<boolean> {
  return noting(request, (isDone) =>
    isDone ? { target: personTarget(request.operator.person) } : undefined,
  );
}

function newCodes({ people }: ControlContext) {
  const codes = [...mintRecoveryCodes()];
  return { codes, hashes: codes.map((code) => people.codeHash(plainCode(code))) };
}
