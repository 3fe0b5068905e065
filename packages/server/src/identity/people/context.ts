import { hkdfSync } from 'node:crypto';
import { ATTEMPTS_PER_ACCOUNT, ATTEMPTS_PER_ADDRESS, type Clock } from '../../limits/index.ts';
import { keyedHash, type People, Seal, type Store } from '../../store/index.ts';
import { Attempts } from './attempts.ts';
import { Passwords } from './passwords.ts';
import { ALL_WAYS, type Ways } from './ways.ts';

/** What proving who somebody is works with. One for a gateway. */
export type PeopleContext = {
  readonly people: People;
  readonly clock: Clock;
  /** The time that all replicas go by: what begins at one goes on at another, whose clock may differ. */
  readonly nowMs: () => number;
  readonly passwords: Passwords;
  readonly attempts: Attempts;
  readonly ways: Ways;
  /** What second factors are sealed with. */
  readonly totpSeal: Seal;
  /** What answers that may hold secrets are sealed with while they are kept. */
  readonly answerSeal: Seal;
  /** What browsers keep while their person is at a provider. */
  readonly signOnSeal: Seal;
  /** What browsers keep while their person signs the gateway in at a server. */
  readonly serverSignInSeal: Seal;
  /** What challenges for passkeys are sealed with while they are with a browser. */
  readonly passkeySeal: Seal;
  /** What cursors of pages are sealed with. */
  readonly cursorSeal: Seal;
  /** Keyed digests, hex: of recovery codes, which a person may type and so are short, and of sessions for CSRF. */
  readonly codeHash: (text: string) => string;
  readonly csrfHash: (text: string) => string;
};

export function openPeopleContext(
  { nowMs, people, secrets }: Store,
  clock: Clock,
  ways: Ways = ALL_WAYS,
): PeopleContext {
  const derived = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', secrets.key('people'), '', `boomgate ${purpose}`, 32));
  const seal = (purpose: string) => new Seal(derived(purpose), `boomgate ${purpose}`);
  return {
    people,
    clock,
    nowMs,
    ways,
    passwords: new Passwords(),
    attempts: new Attempts({ account: ATTEMPTS_PER_ACCOUNT, address: ATTEMPTS_PER_ADDRESS }),
    totpSeal: seal('totp 1'),
    answerSeal: seal('answer 1'),
    signOnSeal: seal('sign-on 1'),
    serverSignInSeal: seal('server sign-in 1'),
    passkeySeal: seal('passkey 1'),
    cursorSeal: seal('api cursor 1'),
    codeHash: keyedHash(derived('recovery code 1')),
    csrfHash: keyedHash(derived('csrf 1')),
  };
}
