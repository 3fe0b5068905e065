import {
  type AccessRequest,
  type ApprovalOutboxEvent,
  type EndingCredentials,
  type EventKind,
  type HeldTools,
  type Misused,
  makeOf,
  type OfEachKind,
  type OutboxEvent,
  type ProposedPolicy,
} from '../store/index.ts';

const TYPES = {
  asked: 'approval.asked',
  decided: 'approval.decided',
  expired: 'approval.expired',
  held: 'tools.held',
  proposed: 'policy.proposed',
  proposal_decided: 'proposal.decided',
  misused: 'credential.misused',
  secrets_seen: 'secrets.seen',
  access_asked: 'access.asked',
  access_decided: 'access.decided',
  ends_soon: 'credentials.ends_soon',
} as const satisfies Record<EventKind, string>;

/** What a webhook is told: a call without the value of any argument, tools or a policy; and where it can be decided. */
type Notice = {
  readonly type: (typeof TYPES)[EventKind];
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
};

export function noticeOf(event: OutboxEvent, url: string): Notice {
  return {
    type: TYPES[event.kind],
    timestamp: new Date(event.atMs).toISOString(),
    data: { url, ...makeOf(DATA, event) },
  };
}

const DATA: OfEachKind<Notice['data']> = {
  asked: dataOfApproval,
  decided: dataOfApproval,
  expired: dataOfApproval,
  held: dataOfHeld,
  proposed: dataOfProposal,
  proposal_decided: (proposal) => ({ ...dataOfProposal(proposal), ...dataOfVerdict(proposal) }),
  misused: dataOfMisuse,
  secrets_seen: ({ became, grant: { id, name }, secrets, server, where }) => ({
    ...{ server, in: where, secrets, became },
    ...{ grantId: id, grant: name },
  }),
  access_asked: dataOfRequest,
  access_decided: (request) => ({ ...dataOfRequest(request), ...dataOfDecision(request) }),
  ends_soon: dataOfEnds,
};

function dataOfApproval(approval: ApprovalOutboxEvent['about']): Notice['data'] {
  const { argKeys, client, grantName, message, policy, policyVersion, rule, server, state, tool } = approval;
  return {
    id: approval.id,
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
  };
}

function dataOfHeld({ count, server, tools }: HeldTools): Notice['data'] {
  return { server, count, tools };
}

function dataOfProposal({ attach, author, base, id, name, note, widens }: ProposedPolicy): Notice['data'] {
  const { grant: grantId, name: grant, server } = attach ?? {};
  return {
    id,
    policy: name,
    baseVersion: base,
    widens,
    by: author.name,
    note,
    ...(attach === undefined ? {} : { attachTo: { grantId, grant, server } }),
  };
}

function dataOfMisuse({ address, credential: { id, kind, name }, reason }: Misused): Notice['data'] {
  return { credential: kind, id, name, reason, address };
}

function dataOfRequest({ email, id, note, server }: AccessRequest): Notice['data'] {
  return { id, server, by: email, note };
}

function dataOfDecision({ answer, decidedBy, grant, state }: AccessRequest): Notice['data'] {
  const minted = grant === undefined ? {} : { grantId: grant.id, grant: grant.name };
  return { state, decidedBy: decidedBy?.name, answer, ...minted };
}

function dataOfEnds({ count, credentials }: EndingCredentials): Notice['data'] {
  return {
    count,
    credentials: credentials.map(({ endsAtMs, id, kind, name }) => ({
      ...{ credential: kind, id, name },
      endsAt: new Date(endsAtMs).toISOString(),
    })),
  };
}

function dataOfVerdict({ answer, decidedBy, state }: ProposedPolicy): Notice['data'] {
  return { state, decidedBy: decidedBy?.name, answer };
}
