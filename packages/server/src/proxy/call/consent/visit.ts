import { randomUUID } from 'node:crypto';
import { ownProperty } from '@boomgate/engine';
import { type Approval, DECLINED } from '../../../approvals/index.ts';
import { type Asking, mayBeAsked } from '../../../upstreams/index.ts';
import type { RequestMessage } from '../../message/message.ts';
import type { AgentRequest } from '../../request.ts';
import { pageMessage } from './answers.ts';

/** What the end of a held call does to the question that was put meanwhile; `isDecided` when a person has decided. */
type EndVisit = (isDecided: boolean) => void;

const NOTHING_SHOWN: EndVisit = () => undefined;

/** Whether an agent says that it shows addresses; that of a revision which has no such question counts for nothing (`agentCapabilities`). */
export const canShowPages = (asking: Asking): boolean =>
  mayBeAsked(asking, { method: 'elicitation/create', params: { mode: 'url' } });

/**
 * Shows the approval's page to the person of an agent with a session while its call is held. Nothing waits for the answer: who
 * accepts has seen the address and decides on the page, who declines withdraws the call, and a client that says nothing is held
 * as one that cannot show pages.
 */
export function showPage(request: AgentRequest<RequestMessage>, approval: Approval): EndVisit {
  const { ask, asking, context, notify } = request;
  if (ask === undefined || !canShowPages(asking)) return NOTHING_SHOWN;
  const elicitationId = randomUUID();
  const url = context.approvalUrl(approval.id);
  const params = { mode: 'url', message: pageMessage(approval), url, elicitationId };
  const question = { method: 'elicitation/create', params };
  const over = new AbortController();
  const answered = ask(question, over.signal).then(async (reply) => {
    const action = reply.kind === 'result' ? ownProperty(reply.result, 'action') : undefined;
    if (action === 'decline' || action === 'cancel')
      await context.store.approvals.withdraw(approval.id, DECLINED);
  });
  // One that could not be withdrawn waits on, for a person who decides or for its end.
  answered.catch((error: unknown) =>
    context.log.warn({ error: String(error) }, 'approval was not withdrawn'),
  );
  return (isDecided) => {
    over.abort();
    if (isDecided)
      notify({ jsonrpc: '2.0', method: 'notifications/elicitation/complete', params: { elicitationId } });
  };
}
