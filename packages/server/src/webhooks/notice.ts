import type { OutboxEvent } from '../store/index.ts';

/** What a webhook is told: the call without the value of any argument, and where it can be decided. */
export type Notice = {
  readonly type: `approval.${OutboxEvent['kind']}`;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
};

export function noticeOf({ approval, atMs, kind }: OutboxEvent, url: string): Notice {
  const { argKeys, client, grantName, message, policy, policyVersion, rule, server, state, tool } = approval;
  return {
    type: `approval.${kind}`,
    timestamp: new Date(atMs).toISOString(),
    data: {
      id: approval.id,
      url,
      state,
      server,
      tool,
      argumentKeys: argKeys,
      grant: grantName,
      client,
      policy,
      policyVersion,
      rule,
      message,
      required: approval.terms.required,
      askedAt: new Date(approval.askedAtMs).toISOString(),
      expiresAt: new Date(approval.expiresAtMs).toISOString(),
      decisions: approval.votes.map(({ atMs: at, by, verdict }) => ({
        by: by.email ?? by.id,
        verdict,
        at: new Date(at).toISOString(),
      })),
    },
  };
}
