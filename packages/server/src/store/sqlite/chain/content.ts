import type { DecisionRow } from '../../contract.ts';
import type { CallerRecord } from '../../sql/tables.ts';

/** The facts about a caller as one text; they are hashed with every decision that refers to them. */
export function callerText(caller: Omit<CallerRecord, 'id'>): string {
  return JSON.stringify([
    caller.organization,
    caller.server,
    caller.grant_id,
    caller.grant_name,
    caller.session,
    caller.era,
    caller.protocol,
    caller.client,
    caller.policy,
    caller.policy_version,
    caller.mode,
  ]);
}

export function callerOf(row: DecisionRow): Omit<CallerRecord, 'id'> {
  return {
    organization: row.organization,
    server: row.server,
    grant_id: row.grantId,
    grant_name: row.grantName,
    session: row.session,
    era: row.era,
    protocol: row.protocol,
    client: row.client,
    policy: row.policy,
    policy_version: row.policyVersion,
    mode: row.mode,
  };
}
