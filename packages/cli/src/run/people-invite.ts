import { BY_COMMAND_LINE, emailText } from '@boomgate/contract';
import { hashToken, INVITATION_MS, type InvitationRecord, mintSecret, newId } from '@boomgate/server/stored';
import type { PeopleInvitePlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { addressIn } from './addressed.ts';
import { someOrganization } from './some-organization.ts';
import { openToChange } from './store.ts';

/** As an admin's invitation. Its link is printed now and never again: only the hash is kept. */
export async function runPeopleInvite(
  plan: PeopleInvitePlan,
  { facts, fail, keep, output, show }: World,
): Promise<ExitCode> {
  const { email, organization: wanted, role } = plan;
  if (!emailText.safeParse(email).success) return fail(`expected an e-mail, found ${JSON.stringify(email)}`);
  const store = keep(await openToChange(plan, facts));
  const found = await someOrganization(store, wanted);
  if (typeof found === 'string') return fail(found);
  const { id: organization, name } = found;
  const { accounts, invitations, members } = store.people;
  const known = await accounts.findByEmail(email);
  if (known !== undefined && (await members.ofPerson(organization, known.id)) !== undefined)
    return fail(
      `${email} is a member of ${JSON.stringify(name)} already: "boomgate people set-role" gives another role`,
    );
  const { token } = mintSecret('bgi_');
  const expiresAtMs = facts.nowMs + INVITATION_MS;
  const invitation = { id: newId(), organization, email, role, createdBy: BY_COMMAND_LINE, expiresAtMs };
  const print = store.audit.fingerprint(token);
  const made = await invitations.create(invitation, hashToken(token), (of) => of && actOf(of, print));
  if (made === undefined) return fail(`nobody was invited: ${JSON.stringify(name)} was removed meanwhile`);
  const url = await addressIn(store, plan);
  const link = `${url}/invitation#invitation=${token}`;
  const expiresAt = new Date(expiresAtMs).toISOString();
  if (show.json) {
    output.json({ email, role, organization: { id: organization, name }, link, expiresAt });
    return 0;
  }
  output.data(link);
  output.note(
    `\nIt makes ${visible(email)} ${role.replace('_', ' ')} of ${visible(name)}, once, within a week,\nand is not shown again. No letter was sent: give it to them yourself.`,
  );
  return 0;
}

function actOf({ email, expiresAtMs, id, organization, role }: InvitationRecord, link: string) {
  return {
    organization,
    actor: commandLineActor(),
    action: 'invitation.created',
    target: { kind: 'invitation', id, name: email },
    after: { role, createdBy: BY_COMMAND_LINE, expiresAt: new Date(expiresAtMs).toISOString(), link },
  };
}
