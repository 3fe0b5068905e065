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
    const { accounts, personSessions } = context.store.people;
    await accounts.setTotp(person.id, { ...person.totp, isConfirmed: true });
    await personSessions.endAllOf(person.id, session.hash);
    const recoveryCodes = await giveCodes(context, person.id);
    return changed(done({ recoveryCodes }), { target: personTarget(person) });
  },

  async renewRecoveryCodes(context, { body, from, operator }) {
    const { person } = operator;
    if (person.totp?.isConfirmed !== true) return refuse('not_enrolled');
    const proven = await provePresent(context.people, person, { ...body, address: from.address });
    if (!proven.ok) return refuseAttempt(proven);
    const recoveryCodes = await giveCodes(context, person.id);
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

async function giveCodes({ people }: ControlContext, person: string): Promise<string[]> {
  const codes = mintRecoveryCodes();
  await people.people.accounts.replaceRecoveryCodes(
    person,
    codes.map((code) => people.codeHash(plainCode(code))),
  );
  return [...codes];
}
