import type { Role } from '@boomgate/contract';
import type { MemberRecord, OrganizationRecord, PersonRecord, SecondPerson } from '../../contract.ts';
import type { PeopleTables } from './tables.ts';

export function decodePerson(row: PeopleTables['people']): PersonRecord {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    ...(row.password_hash === null ? {} : { passwordHash: row.password_hash }),
    ...(row.totp_secret === null
      ? {}
      : { totp: { sealedSecret: row.totp_secret, isConfirmed: row.totp_confirmed === 1 } }),
    createdAtMs: row.created_at,
  };
}

export function decodeOrganization(row: PeopleTables['organizations']): OrganizationRecord {
  return {
    id: row.id,
    name: row.name,
    requireSecondFactor: row.require_second_factor === 1,
    // A cast: only its values are written to this column.
    requireSecondPerson: row.require_second_person as SecondPerson,
    agentsStopped: row.agents_stopped === 1,
    version: row.version,
    createdAtMs: row.created_at,
  };
}

export function decodeMember(row: Omit<PeopleTables['members'], 'mail_approvals'>): MemberRecord {
  return {
    id: row.id,
    organization: row.organization,
    person: row.person,
    role: row.role as Role, // a cast: only roles are written to this column
    createdAtMs: row.created_at,
  };
}
