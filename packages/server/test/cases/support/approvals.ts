import { expect } from 'vitest';
import {
  type Approval,
  type Approver,
  type Decided,
  openSqliteStore,
  type Verdict,
} from '../../../src/index.ts';
import { until } from '../../support/programs.ts';
import type { Answer } from './agent.ts';
import type { Cases } from './boot.ts';

export const ADA: Approver = { id: 'ada', email: 'ada@example.com', role: 'admin', via: 'cli' };
export const BOB: Approver = { id: 'bob', email: 'bob@example.com', role: 'approver', via: 'cli' };

/** The id in an answer that says that the call is pending. */
export function pendingId(answer: Answer): string {
  expect(answer.body.result?.content?.[0]?.text, answer.text).toMatch(/^\[APPROVAL PENDING\] apr_/);
  expect(answer.body.result?.isError).toBe(true);
  // The gateway writes this member; a case that finds another shape fails on the id.
  const meta = answer.body.result?.['_meta'] as { 'boomgate/approval'?: { id: string } } | undefined;
  return meta?.['boomgate/approval']?.id ?? '';
}

/** A person's word on an approval, in the gateway's own process. */
export function decide(
  { gateway }: Cases,
  id: string,
  { by = ADA, note, verdict = 'approve' }: { by?: Approver; verdict?: Verdict; note?: string } = {},
): Promise<Decided> {
  const ruling = { by, verdict, ...(note === undefined ? {} : { note }) };
  return gateway.gateway.store.approvals.decide(id, ruling);
}

/** The same from beside the gateway, as the command line does it. */
export async function decideBeside(
  { gateway }: Cases,
  id: string,
  { clock, by = ADA }: { clock: Parameters<typeof openSqliteStore>[0]['clock']; by?: Approver },
): Promise<Decided> {
  await using store = await openSqliteStore({ directory: `${gateway.data}/data`, clock, as: 'writer' });
  return store.approvals.decide(id, { by, verdict: 'approve' });
}

/** The approval that waits for a grant's call, once there is one. */
export async function waitingFor({ gateway }: Cases, grantName: string): Promise<Approval> {
  const { approvals } = gateway.gateway.store;
  let found: Approval | undefined;
  await until(async () => {
    const waiting = await approvals.list({ states: ['waiting'], limit: 1_000 });
    found = waiting.find((one) => one.grantName === grantName);
    return found !== undefined;
  });
  if (found === undefined) throw new Error('nothing waits');
  return found;
}
