import { BY_COMMAND_LINE, type Role } from '@boomgate/contract/roles';
import type { Accepted, InvitationRecord, Invitations } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build, LAST_ID } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { insertPerson, personWith } from './accounts.ts';
import { insertMember, isAdmitting, memberOf } from './members.ts';
import { findOrganization } from './organizations.ts';
import { expireInvitations } from './over.ts';
import type { PeopleTables } from './tables.ts';

export function openInvitations(executor: SqlExecutor): Invitations {
  function* findOpen(tokenHash: string): Work<InvitationRecord | undefined> {
    const open = build
      .selectFrom('invitations')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', executor.clock.wallMs());
    const row = yield* first(open);
    return row === undefined ? undefined : decode(row);
  }
  return {
    create(invitation, tokenHash, note) {
      const record = { ...invitation, createdAtMs: executor.clock.wallMs() };
      return executor.write(function* () {
        if (!(yield* mayInvite(record))) return undefined;
        yield* change(build.insertInto('invitations').values(encode(record, tokenHash)));
        return record;
      }, note);
    },
    async list(organization, { after = LAST_ID, limit }) {
      const own = build.selectFrom('invitations').selectAll().where('organization', '=', organization);
      const newest = own.where('id', '<', after).orderBy('id', 'desc').limit(limit);
      return (await executor.read(() => all(newest))).map(decode);
    },
    revoke(organization, id, note) {
      const open = build
        .selectFrom('invitations')
        .selectAll()
        .where('organization', '=', organization)
        .where('id', '=', id)
        .where('accepted_at', 'is', null)
        .where('revoked_at', 'is', null);
      return executor.write(function* () {
        const row = yield* first(open);
        if (row === undefined) return undefined;
        yield* change(
          build.updateTable('invitations').set({ revoked_at: executor.clock.wallMs() }).where('id', '=', id),
        );
        return decode(row);
      }, note);
    },
    expire: (which) => expireInvitations(executor, which),
    findOpen: (tokenHash) => executor.read(() => findOpen(tokenHash)),
    accept(tokenHash, { memberId, newPerson }, note) {
      return executor.write<Accepted>(function* () {
        const invitation = yield* findOpen(tokenHash);
        if (invitation === undefined) return 'unknown';
        const known = yield* personWith(invitation.email);
        // The account came or went since its holder was asked for a name or a password.
        if ((known === undefined) === (newPerson === undefined)) return 'unknown';
        if (newPerson !== undefined) yield* insertPerson(executor, { ...newPerson, email: invitation.email });
        // One of the two is there, as was just seen.
        const person = known ?? (newPerson?.id as string);
        const { id, organization, role } = invitation;
        if ((yield* memberOf(organization, person)) !== undefined) return 'already_member';
        const accepted = { accepted_at: executor.clock.wallMs() };
        yield* change(build.updateTable('invitations').set(accepted).where('id', '=', id));
        return yield* insertMember(executor, { id: memberId, organization, person, role });
      }, note);
    },
  };
}

/** A person as long as they are admin; the command line as long as there is the organisation. */
function* mayInvite({ createdBy, organization }: Omit<InvitationRecord, 'createdAtMs'>): Work<boolean> {
  if (createdBy === BY_COMMAND_LINE) return (yield* findOrganization(organization)) !== undefined;
  return yield* isAdmitting(organization, createdBy);
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
