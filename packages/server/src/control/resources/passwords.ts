import type { Endpoints } from '@boomgate/contract';
import { hashToken, mintSecret } from '../../identity/index.ts';
import { PASSWORD_LINK_MS } from '../../limits/index.ts';
import { type Actor, GATEWAY } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { done, type HandlersOf, refuse, refuseAttempt } from '../frame/index.ts';
import { passwordLetter } from './letters.ts';
import { entersWithoutProvider } from './session-answer.ts';

export const passwords = {
  async forgot(context, { body, from }) {
    const { attempts } = context.people;
    const attempt = { account: `forgot ${body.email}`, address: from.address };
    const taken = attempts.take(attempt, context.clock.wallMs());
    if ('waitMs' in taken) return refuseAttempt({ fault: 'too_many_attempts', waitMs: taken.waitMs });
    // After the answer, which is then the same, and as fast, whether there is an account or not.
    context.later('a link for a forgotten password', () =>
      sendLink(context, body.email, { ...GATEWAY, address: from.remote }),
    );
    return done(undefined);
  },

  async reset(context, { body, from }) {
    const { people } = context;
    const tokenHash = hashToken(body.token);
    const attempt = { account: `reset ${tokenHash}`, address: from.address };
    const taken = people.attempts.take(attempt, context.clock.wallMs());
    if ('waitMs' in taken) return refuseAttempt({ fault: 'too_many_attempts', waitMs: taken.waitMs });
    const { passwordResets } = context.store.people;
    // No hash is spent on guesses.
    const person = await passwordResets.find(tokenHash);
    if (person === undefined) return refuse('not_found');
    if (!(await entersWithoutProvider(context, person))) return refuse('provider_required');
    const passwordHash = await people.passwords.hash(body.password);
    const where = { via: 'dashboard', address: from.remote } as const;
    if (!(await passwordResets.complete(tokenHash, passwordHash, where))) return refuse('not_found');
    taken.succeeded();
    return done(undefined);
  },
} satisfies HandlersOf<Endpoints['passwords']>;

async function sendLink(context: ControlContext, email: string, actor: Actor): Promise<void> {
  if (!context.mailer.isConfigured()) return;
  const { accounts, passwordResets } = context.store.people;
  const person = await accounts.findByEmail(email);
  if (person === undefined || !(await entersWithoutProvider(context, person.id))) return;
  const { hash, token } = mintSecret('bgr_');
  const expiresAtMs = context.store.nowMs() + PASSWORD_LINK_MS;
  const isOpen = await passwordResets.open({ person: person.id, tokenHash: hash, expiresAtMs }, actor);
  if (!isOpen) return;
  const letter = passwordLetter(email, `${context.url()}/#reset=${token}`);
  // By itself: what is tried again is this letter, and no other link.
  context.later('a letter for a forgotten password', () => context.mailer.send(letter));
}
