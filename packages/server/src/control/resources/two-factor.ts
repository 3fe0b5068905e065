import type { Endpoints } from '@boomgate/contract';
import {
  confirmTotp,
  isEnrolled,
  mintRecoveryCodes,
  newEnrolment,
  plainCode,
  provePresent,
} from '../../identity/index.ts';
import type { ControlContext } from '../context.ts';
import { changed, done, type HandlersOf, refuse, refuseAttempt } from '../frame/index.ts';
import { personTarget } from './session-answer.ts';

export const twoFactor = {
  async enrol(context, { body, from, operator }) {
    const { person } = operator;
    if (person.passwordHash === undefined) return refuse('no_password');
    if (isEnrolled(person)) return refuse('already_enrolled');
    const proven = await provePresent(context.people, person, { ...body, address: from.address });
    if (!proven.ok) return refuseAttempt(proven);
    const { sealedSecret, secret, uri } = newEnrolment(context.people, person);
    // Looking at the password took its time.
    const isBegun = await context.store.people.accounts.setTotp(person.id, {
      sealedSecret,
      isConfirmed: false,
    });
    if (!isBegun) return refuse('already_enrolled');
    return changed(done({ secret, uri }), { target: personTarget(person) });
  },

  async confirm(context, { body, from, operator }) {
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
    const given = { codes, session: session.hash };
    if (!(await context.store.people.accounts.confirmTotp(person.id, person.totp.sealedSecret, given)))
      return refuse('wrong_credentials');
    return changed(done({ recoveryCodes }), { target: personTarget(person) });
  },

  async renewRecoveryCodes(context, { body, from, operator }) {
    const { person } = operator;
    if (person.totp?.isConfirmed !== true) return refuse('not_enrolled');
    const proven = await provePresent(context.people, person, { ...body, address: from.address });
    if (!proven.ok) return refuseAttempt(proven);
    const { codes: recoveryCodes, hashes } = newCodes(context);
    await context.store.people.accounts.replaceRecoveryCodes(person.id, hashes);
    return changed(done({ recoveryCodes }), { target: personTarget(person) });
  },

  async disable(context, { body, from, operator }) {
    const { person } = operator;
    if (person.totp?.isConfirmed !== true) return refuse('not_enrolled');
    const proven = await provePresent(context.people, person, { ...body, address: from.address });
    if (!proven.ok) return refuseAttempt(proven);
    await context.store.people.accounts.setTotp(person.id, undefined);
    return changed(done(undefined), { target: personTarget(person) });
  },
} satisfies HandlersOf<Endpoints['twoFactor']>;

function newCodes({ people }: ControlContext) {
  const codes = [...mintRecoveryCodes()];
  return { codes, hashes: codes.map((code) => people.codeHash(plainCode(code))) };
}
