import type { DecisionRow } from '../../contract.ts';
import type { CallerRecord, DecisionRecord, OutcomeRecord } from '../tables.ts';
import type { Values } from './link.ts';

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

/** The columns of a decision in the order in which they are hashed; the caller by its facts, not by its number. */
export function decisionValues(
  record: Omit<DecisionRecord, 'caller' | 'link' | 'hash'>,
  caller: string,
): Values {
  const { args_hash, at, bytes_in, cursor, forwarded, id, lists, message, method, outcome, rule, target } =
    record;
  return [
    cursor,
    id,
    at,
    caller,
    method,
    target,
    outcome,
    rule,
    message,
    lists,
    args_hash,
    bytes_in,
    forwarded,
  ];
}

export function outcomeValues(record: Omit<OutcomeRecord, 'link' | 'hash'>): Values {
  const { bytes_out, decision, error_code, gateway_ms, http_status, status, upstream_ms } = record;
  return [decision, status, http_status, error_code, upstream_ms, gateway_ms, bytes_out];
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
