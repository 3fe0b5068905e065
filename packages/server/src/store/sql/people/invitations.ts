import type { Role } from '@boomgate/contract';
import type { Accepted, InvitationRecord, Invitations } from '../../contract.ts';
import { type Desk, LAST_ID } from '../desk.ts';
import { build } from '../tables.ts';
import { change, first, type Work } from '../work.ts';
import { insertPerson } from './accounts.ts';
import { insertMember, isAdmitting } from './members.ts';
import type { PeopleTables } from './tables.ts';

export function openInvitations(desk: Desk): Invitations {
  function* findOpen(tokenHash: string): Work<InvitationRecord | undefined> {
    const open = build
      .selectFrom('invitations')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', desk.nowMs());
    const row = yield* first(open);
    return row === undefined ? undefined : decode(row);
  }
  return {
    create(invitation, tokenHash, note) {
      const record = { ...invitation, createdAtMs: desk.nowMs() };
      return desk.write(function* () {
        if (!(yield* isAdmitting(record.organization, record.createdBy))) return undefined;
        yield* change(build.insertInto('invitations').values(encode(record, tokenHash)));
        return record;
      }, note);
    },
    async list(organization, { after = LAST_ID, limit }) {
      const own = build.selectFrom('invitations').selectAll().where('organization', '=', organization);
      const newest = own.where('id', '<', after).orderBy('id', 'desc').limit(limit);
      return (await desk.all(newest)).map(decode);
    },
    revoke(organization, id, note) {
      const open = build
        .selectFrom('invitations')
        .selectAll()
        .where('organization', '=', organization)
        .where('id', '=', id)
        .where('accepted_at', 'is', null)
        .where('revoked_at', 'is', null);
      return desk.write(function* () {
        const row = yield* first(open);
        if (row === undefined) return undefined;
        yield* change(
          build.updateTable('invitations').set({ revoked_at: desk.nowMs() }).where('id', '=', id),
        );
        return decode(row);
      }, note);
    },
    findOpen: (tokenHash) => desk.read(() => findOpen(tokenHash)),
    accept(tokenHash, { memberId, newPerson }, note) {
      return desk.write<Accepted>(function* () {
        const invitation = yield* findOpen(tokenHash);
        if (invitation === undefined) return 'unknown';
        const known = yield* personWith(invitation.email);
        // The account came or went since its holder was asked for a name or a password.
        if ((known === undefined) === (newPerson === undefined)) return 'unknown';
        if (newPerson !== undefined) yield* insertPerson(desk, { ...newPerson, email: invitation.email });
        // One of the two is there, as was just seen.
        const person = known ?? (newPerson?.id as string);
        const { id, organization, role } = invitation;
        if (yield* isMember(organization, person)) return 'already_member';
        const accepted = { accepted_at: desk.nowMs() };
        yield* change(build.updateTable('invitations').set(accepted).where('id', '=', id));
        return yield* insertMember(desk, { id: memberId, organization, person, role });
      }, note);
    },
  };
}

function* personWith(email: string): Work<string | undefined> {
  return (yield* first(build.selectFrom('people').select('id').where('email', '=', email)))?.id;
}

function* isMember(organization: string, person: string): Work<boolean> {
  const own = build.selectFrom('members').select('id').where('person', '=', person);
  return (yield* first(own.where('organization', '=', organization))) !== undefined;
}

function encode(record: InvitationRecord, token_hash: string): PeopleTables['invitations'] {
  return {
    id: record.id,
    organization: record.organization,
    email: record.email,
    role: record.role,
    token_hash,
    created_by: record.createdBy,
    created_at: record.createdAtMs,
    expires_at: record.expiresAtMs,
    accepted_at: record.acceptedAtMs ?? null,
    revoked_at: record.revokedAtMs ?? null,
  };
}

function decode(row: PeopleTables['invitations']): InvitationRecord {
  return {
    id: row.id,
    organization: row.organization,
    email: row.email,
    role: row.role as Role, // a cast: only `encode` writes this column
    createdBy: row.created_by,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
    ...(row.accepted_at === null ? {} : { acceptedAtMs: row.accepted_at }),
    ...(row.revoked_at === null ? {} : { revokedAtMs: row.revoked_at }),
  };
}
