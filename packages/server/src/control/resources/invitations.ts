import type { Endpoints } from '@boomgate/contract';
import { PASSWORD_LENGTH_MIN } from '@boomgate/contract';
import { uuidv7 } from 'uuidv7';
import { hashToken, mintSecret, provePerson } from '../../identity/index.ts';
import { INVITATION_MS } from '../../limits/index.ts';
import type { InvitationRecord } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import {
  changed,
  done,
  type HandlersOf,
  openPage,
  pageAnswer,
  refuse,
  refuseAttempt,
} from '../frame/index.ts';
import { invitationLetter } from './letters.ts';
import { momentOf } from './moments.ts';
import { ifAsProven, signIn } from './session-answer.ts';

export const invitations = {
  async create(context, { body, operator }) {
    const { accounts, invitations: store, members } = context.store.people;
    const organization = operator.organization.id;
    const known = await accounts.findByEmail(body.email);
    if (known !== undefined && (await members.ofPerson(organization, known.id)) !== undefined)
      return refuse('already_member');
    const { hash, token } = mintSecret('bgi_');
    const expiresAtMs = context.clock.wallMs() + INVITATION_MS;
    const invitation = { id: uuidv7(), organization, ...body, createdBy: operator.person.id, expiresAtMs };
    const made = await store.create(invitation, hash);
    // After the hash sign, which browsers keep to themselves: no proxy and no log sees it.
    const link = `${context.url()}/invitation#invitation=${token}`;
    const invited = { organization: operator.organization.name, by: operator.person.email, link };
    if (context.mailer.isConfigured())
      context.later('the letter of an invitation', () =>
        context.mailer.send(invitationLetter(made.email, invited)),
      );
    const answer = done({ ...show(context, made), link });
    const after = { ...factsOf(made), link: context.store.audit.fingerprint(token) };
    return changed(answer, { target: targetOf(made), after });
  },

  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `invitations ${id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const items = await context.store.people.invitations.list(id, page);
    const shown = { items, positionOf: (one: InvitationRecord) => one.id };
    return done(pageAnswer(context, asked, { ...shown, show: (one) => show(context, one) }));
  },

  async revoke({ store }, { operator, params }) {
    const revoked = await store.people.invitations.revoke(operator.organization.id, params.invitation);
    if (revoked === undefined) return refuse('not_found');
    return changed(done(undefined), { target: targetOf(revoked), before: factsOf(revoked) });
  },

  async preview(context, { body, from }) {
    const found = await findOpen(context, body.token, from.address);
    if (!found.ok) return found;
    const { invitation } = found;
    const { accounts, organizations } = context.store.people;
    const organization = await organizations.find(invitation.organization);
    return done({
      email: invitation.email,
      organization: organization?.name ?? '',
      role: invitation.role,
      hasAccount: (await accounts.findByEmail(invitation.email)) !== undefined,
      expiresAt: momentOf(invitation.expiresAtMs),
    });
  },

  async accept(context, { body, from }) {
    const found = await findOpen(context, body.token, from.address);
    if (!found.ok) return found;
    const { email } = found.invitation;
    const account = await context.store.people.accounts.findByEmail(email);
    const proven = account && (await provePerson(context.people, { ...body, email, address: from.address }));
    if (proven?.ok === false) return refuseAttempt(proven);
    const newPerson = account === undefined ? await newPersonOf(context, email, body) : undefined;
    if (newPerson !== undefined && 'ok' in newPerson) return newPerson;
    const memberId = uuidv7();
    const who = newPerson === undefined ? { memberId } : { memberId, newPerson };
    const member = await context.store.people.invitations.accept(hashToken(body.token), who);
    if (member === 'unknown') return refuse('not_found');
    if (member === 'already_member') return refuse('already_member');
    const before = from.session === undefined ? undefined : hashToken(from.session);
    const begun = await signIn(context, member, before);
    const signed = proven === undefined ? begun : await ifAsProven(context, proven.person, begun);
    if (!signed.ok) return signed;
    const after = { member: member.id, role: member.role };
    return changed(signed, { by: signed.change.by, target: targetOf(found.invitation), after });
  },
} satisfies HandlersOf<Endpoints['invitations']>;

/** A token is 256 bits; counting attempts keeps the look-ups few. */
async function findOpen({ clock, people }: ControlContext, token: string, address: string) {
  const taken = people.attempts.take({ account: `invitation ${hashToken(token)}`, address }, clock.wallMs());
  if ('waitMs' in taken) return refuseAttempt({ fault: 'too_many_attempts' as const, waitMs: taken.waitMs });
  const invitation = await people.people.invitations.findOpen(hashToken(token));
  if (invitation === undefined) return refuse('not_found');
  taken.succeeded();
  return { ok: true as const, invitation };
}

async function newPersonOf(
  { people }: ControlContext,
  email: string,
  { name, password }: { readonly name?: string | undefined; readonly password: string },
) {
  if (name === undefined) return fault('/name', 'expected the name of the new account');
  if (password.length < PASSWORD_LENGTH_MIN)
    return fault('/password', `expected at least ${PASSWORD_LENGTH_MIN} characters`);
  return { id: uuidv7(), email, name, passwordHash: await people.passwords.hash(password) };
}

function fault(pointer: string, message: string) {
  return refuse('invalid_input', { errors: [{ in: 'body', pointer, message }] });
}

const targetOf = ({ email, id }: InvitationRecord) => ({ kind: 'invitation', id, name: email });

function factsOf({ createdBy, expiresAtMs, role }: InvitationRecord) {
  return { role, createdBy, expiresAt: momentOf(expiresAtMs) };
}

function show({ clock }: ControlContext, invitation: InvitationRecord) {
  const { acceptedAtMs, createdAtMs, createdBy, email, expiresAtMs, id, revokedAtMs, role } = invitation;
  const state =
    acceptedAtMs !== undefined
      ? ('accepted' as const)
      : revokedAtMs !== undefined
        ? ('revoked' as const)
        : expiresAtMs <= clock.wallMs()
          ? ('expired' as const)
          : ('open' as const);
  const times = { createdAt: momentOf(createdAtMs), expiresAt: momentOf(expiresAtMs) };
  return { id, email, role, state, createdBy, ...times };
}
