import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { escapeInvisible } from '@boomgate/contract/invisible';
import {
  type Approval,
  type Approver,
  type Decided,
  rightFault,
  type Verdict,
} from '../../approvals/index.ts';
import type { Operator } from '../../identity/index.ts';
import type { ControlContext } from '../context.ts';
import {
  type ApiRequest,
  type Change,
  type Done,
  done,
  type HandlersOf,
  noted,
  noting,
  openPage,
  pageAnswer,
  type Refusal,
  refuse,
  streamed,
} from '../frame/index.ts';
import { followApprovals } from './approval-stream.ts';
import { showDecision } from './decision-answer.ts';
import { momentOf } from './moments.ts';

/** Calls of the same grant that are shown beside an approval. */
const RECENT_CALLS = 5;

export const approvals = {
  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const { state, text } = query;
    const asked = { list: `approvals ${id} ${state ?? ''} ${text ?? ''}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const { store } = context;
    // What has expired since the last sweep is found under its new state.
    await store.approvals.sweep();
    const { approvals: items, next } = await store.approvals.page({
      organization: id,
      limit: page.limit,
      ...(state === undefined ? {} : { states: [state] }),
      ...(text === undefined ? {} : { text }),
      ...(page.after === undefined ? {} : { after: placeOf(page.after) }),
    });
    return done(pageAnswer(context, asked, { items, positionOf, show, next: next && positionOf(next) }));
  },

  async stream(context, request) {
    const { approvals: store } = context.store;
    return streamed(context, request, followApprovals(store, request.operator.organization.id, show));
  },

  async show({ store }, { operator, params }) {
    const approval = await find(store, operator, params.approval);
    if (approval === undefined) return refuse('not_found');
    const text = await store.approvals.argumentsOf(approval.id);
    const { entries } = await store.decisions.page({
      organization: operator.organization.id,
      grant: approval.grantId,
      limit: RECENT_CALLS,
    });
    const ownerNow = (await store.grants.get(operator.organization.id, approval.grantId))?.owner;
    const barred = rightFault(approval, { by: approverOf(operator), verdict: 'approve' }, ownerNow);
    return done({
      ...show(approval),
      arguments: text === undefined ? null : escapeInvisible(text),
      recent: entries.map(showDecision),
      ...(barred === undefined ? {} : { barred }),
    });
  },

  approve: (context, request) => decide(context, request, 'approve'),

  deny: (context, request) => decide(context, request, 'deny'),
} satisfies HandlersOf<Endpoints['approvals']>;

type Word = ApiRequest<Endpoints['approvals']['approve'] | Endpoints['approvals']['deny']>;
type ApprovalAnswer = AnswerOf<Endpoints['approvals']['approve']>;
type Fault =
  | 'not_found'
  | 'own_call'
  | 'not_an_approver'
  | 'approval_expired'
  | 'approval_used'
  | 'approval_ended'
  | 'invalid_input';

async function decide(
  { store }: ControlContext,
  request: Word,
  verdict: Verdict,
): Promise<(Done<ApprovalAnswer> & { readonly change: 'noted' }) | Refusal<Fault>> {
  const { body, operator, params } = request;
  const { note } = body;
  const id = params.approval;
  const approval = await find(store, operator, id);
  if (approval === undefined) return refuse('not_found');
  const by = approverOf(operator);
  const ruling = { by, verdict, ...(note === undefined ? {} : { note }) };
  const row = noting(request, (became: Decided) =>
    became.ok && became.isNews ? changeOf(became.approval, note) : undefined,
  );
  const decided = await store.approvals.decide(id, ruling, row);
  if (decided.ok) return noted(done(show(decided.approval)));
  const { code, message } = decided;
  if (code === 'not_found') return refuse(code);
  if (code === 'long_note')
    return refuse('invalid_input', { errors: [{ in: 'body', pointer: '/note', message }] });
  if (code !== 'ended') return refuse(code, { detail: message });
  const state = (await store.approvals.get(id))?.state;
  const ended = state === 'expired' || state === 'used' ? (`approval_${state}` as const) : 'approval_ended';
  return refuse(ended, { detail: message });
}

function changeOf({ grantName, id, server, state, tool }: Approval, note = ''): Change {
  const target = { kind: 'approval', id, name: `${server} ${tool}` };
  return { target, before: { state: 'waiting' }, after: { state, grant: grantName, note } };
}

/** An API key decides as who made it, so that nobody approves their own calls by one. */
function approverOf({ person, role }: Operator): Approver {
  return { id: person.id, email: person.email, role, via: 'api' };
}

async function find(
  { approvals }: ControlContext['store'],
  operator: Operator,
  id: string,
): Promise<Approval | undefined> {
  const approval = await approvals.get(id);
  return approval?.organization === operator.organization.id ? approval : undefined;
}

const positionOf = ({ askedAtMs, id }: Pick<Approval, 'id' | 'askedAtMs'>): string => `${askedAtMs} ${id}`;

/** Only `positionOf` writes what a cursor holds. */
function placeOf(position: string): Pick<Approval, 'id' | 'askedAtMs'> {
  const [askedAtMs, id = ''] = position.split(' ');
  return { askedAtMs: Number(askedAtMs), id };
}

function show(approval: Approval): ApprovalAnswer {
  const { because, client, decidedAtMs, endedAtMs, id, message, owner, policy, policyVersion, rule } =
    approval;
  const { argKeys, argsHash, server, session, state, terms, tool } = approval;
  return {
    id,
    state,
    askedAt: momentOf(approval.askedAtMs),
    expiresAt: momentOf(approval.expiresAtMs),
    ...(decidedAtMs === undefined ? {} : { decidedAt: momentOf(decidedAtMs) }),
    ...(endedAtMs === undefined ? {} : { endedAt: momentOf(endedAtMs) }),
    ...(because === undefined ? {} : { because }),
    grant: { id: approval.grantId, name: approval.grantName, ...(owner === undefined ? {} : { owner }) },
    ...{ server, tool, argsHash, argKeys: [...argKeys] },
    ...{ policy, policyVersion, rule, message, session, client },
    terms: { ...terms, approvers: [...terms.approvers] },
    votes: approval.votes.map(({ atMs, ...rest }) => ({ ...rest, at: momentOf(atMs) })),
  };
}
