import type { Endpoints } from '@boomgate/contract';
import { PASSWORD_LENGTH_MIN } from '@boomgate/contract';
import { uuidv7 } from 'uuidv7';
import { hashToken, mintSecret, provePerson } from '../../identity/index.ts';
import { INVITATION_MS } from '../../limits/index.ts';
import type { Accepted, InvitationRecord, Invitations } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import {
  done,
  type HandlersOf,
  noted,
  noting,
  openPage,
  pageAnswer,
  refuse,
  refuseAttempt,
} from '../frame/index.ts';
import { invitationLetter } from './letters.ts';
import { makersOf } from './makers.ts';
import { momentOf } from './moments.ts';
import { ifAsProven, signIn } from './session-answer.ts';

export const invitations = {
  async create(context, request) {
    const { body, operator } = request;
    const { accounts, invitations: store, members } = context.store.people;
    const organization = operator.organization.id;
    const known = await accounts.findByEmail(body.email);
    if (known !== undefined && (await members.ofPerson(organization, known.id)) !== undefined)
      return refuse('already_member');
    const { hash, token } = mintSecret('bgi_');
    const expiresAtMs = context.clock.wallMs() + INVITATION_MS;
    const invitation = { id: uuidv7(), organization, ...body, createdBy: operator.person.id, expiresAtMs };
    const secret = context.store.audit.fingerprint(token);
    const note = noting(
      request,
      (of: InvitationRecord | undefined) =>
        of && { target: targetOf(of), after: { ...factsOf(of), link: secret } },
    );
    const made = await store.create(invitation, hash, note);
    // Whoever asks has lost the right since they were looked at.
    if (made === undefined) return refuse('forbidden');
    // After the hash sign, which browsers keep to themselves: no proxy and no log sees it.
    const link = `${context.url()}/invitation#invitation=${token}`;
    const invited = { organization: operator.organization.name, by: operator.person.email, link };
    if (context.mailer.isConfigured())
      context.later('the letter of an invitation', () =>
        context.mailer.send(invitationLetter(made.email, invited)),
      );
    return noted(done({ ...show(context, made), createdByEmail: operator.person.email, link }));
  },

  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `invitations ${id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const items = await context.store.people.invitations.list(id, page);
    const shown = { items, positionOf: (one: InvitationRecord) => one.id };
    const maker = await makersOf(context, items);
    return done(
      pageAnswer(context, asked, { ...shown, show: (one) => ({ ...show(context, one), ...maker(one) }) }),
    );
  },

  async revoke({ store }, request) {
    const { operator, params } = request;
    const note = noting(
      request,
      (of: InvitationRecord | undefined) => of && { target: targetOf(of), before: factsOf(of) },
    );
    const revoked = await store.people.invitations.revoke(operator.organization.id, params.invitation, note);
    return revoked === undefined ? refuse('not_found') : noted(done(undefined));
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
      requiresProvider: context.people.ways.requiresProvider(invitation.organization),
      hasAccount: (await accounts.findByEmail(invitation.email)) !== undefined,
      expiresAt: momentOf(invitation.expiresAtMs),
    });
  },

  async accept(context, request) {
    const { body, from } = request;
    const found = await findOpen(context, body.token, from.address);
    if (!found.ok) return found;
    const { email, organization } = found.invitation;
    if (context.people.ways.requiresProvider(organization)) return refuse('provider_required');
    const account = await context.store.people.accounts.findByEmail(email);
    const proven = account && (await provePerson(context.people, { ...body, email, address: from.address }));
    if (proven?.ok === false) return refuseAttempt(proven);
    const newPerson = account === undefined ? await newPersonOf(context, email, body) : undefined;
    if (newPerson !== undefined && 'ok' in newPerson) return newPerson;
    const memberId = uuidv7();
    const who = newPerson === undefined ? { memberId } : { memberId, newPerson };
    const note = noting(request, (became: Accepted) => acceptance(found.invitation, became));
    const became = await memberBy(context, { token: body.token, who, note });
    if (!became.ok) return became;
    const { member } = became;
    const before = from.session === undefined ? undefined : hashToken(from.session);
    const begun = await signIn(context, { ...member, from }, before);
    const signed = proven === undefined ? begun : await ifAsProven(context, proven.person, begun);
    if (!signed.ok) return signed;
    return noted(signed);
  },

  async join(context, request) {
    const { body, from, operator } = request;
    const found = await findOpen(context, body.token, from.address);
    if (!found.ok) return found;
    const { invitation } = found;
    if (context.people.ways.requiresProvider(invitation.organization)) return refuse('provider_required');
    if (invitation.email !== operator.person.email) return refuse('forbidden', { detail: FOR_ANOTHER });
    const note = noting(request, (became: Accepted) => acceptance(invitation, became));
    const became = await memberBy(context, { token: body.token, who: { memberId: uuidv7() }, note });
    if (!became.ok) return became;
    const { member } = became;
    const name = (await context.store.people.organizations.find(member.organization))?.name ?? '';
    return noted(done({ organization: { id: member.organization, name }, role: member.role }));
  },
} satisfies HandlersOf<Endpoints['invitations']>;

const FOR_ANOTHER = 'the invitation is for another e-mail than that of who is signed in';

/** A token is 256 bits; counting attempts keeps the look-ups few. */
async function findOpen({ clock, people }: ControlContext, token: string, address: string) {
  const taken = people.attempts.take({ account: `invitation ${hashToken(token)}`, address }, clock.wallMs());
  if ('waitMs' in taken) return refuseAttempt({ fault: 'too_many_attempts' as const, waitMs: taken.waitMs });
  const invitation = await people.people.invitations.findOpen(hashToken(token));
  if (invitation === undefined) return refuse('not_found');
  taken.succeeded();
  return { ok: true as const, invitation };
}

type Accepting = {
  readonly token: string;
  readonly who: Parameters<Invitations['accept']>[1];
  readonly note: Parameters<Invitations['accept']>[2];
};

/** The member that an invitation makes; whoever asks has looked at it and is who it is for. */
async function memberBy({ store }: ControlContext, { note, token, who }: Accepting) {
  const member = await store.people.invitations.accept(hashToken(token), who, note);
  if (member === 'unknown') return refuse('not_found');
  if (member === 'already_member') return refuse('already_member');
  return { ok: true as const, member };
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

/** Who accepts it is nobody until then. */
function acceptance(invitation: InvitationRecord, became: Accepted) {
  if (typeof became === 'string') return undefined;
  const { id: member, organization, person, role } = became;
  const by = {
    kind: 'person' as const,
    person: { id: person, email: invitation.email },
    organization: { id: organization },
  };
  return { by, target: targetOf(invitation), after: { member, role } };
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
