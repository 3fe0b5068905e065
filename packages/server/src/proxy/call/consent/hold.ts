import { type JsonObject, ownProperty } from '@boomgate/engine';
import { HOLD_MS, MAX_APPROVAL_ROUNDS } from '../../../limits/index.ts';
import type { Asked } from '../../../store/index.ts';
import type { Handle } from '../../handle.ts';
import type { RequestMessage } from '../../message/message.ts';
import { type AgentRequest, asOfNow, hasLeft, statefulRequest } from '../../request.ts';
import type { RpcAnswer } from '../../rpc.ts';
import type { JudgedCall } from '../admit.ts';
import { refuseClosed } from '../refuse.ts';
import { pageMessage, pending, refusedByPerson } from './answers.ts';
import { canShowPages, showPage } from './visit.ts';

type Holding = {
  readonly call: JudgedCall;
  readonly asked: Exclude<Asked, { kind: 'full' }> & { readonly rowId: string };
  readonly again: Handle;
};

/** Waits for the decision as long as the agent can, then handles the call again or says that it is pending. */
export async function hold(
  request: AgentRequest<RequestMessage>,
  { again, asked, call }: Holding,
): Promise<RpcAnswer> {
  const { approval } = asked;
  const { visited } = call.round;
  const canVisit = takesPages(request) && (visited?.times ?? 0) < MAX_APPROVAL_ROUNDS;
  const sendToPage = (): RpcAnswer => toPage(request, { asked, call });
  if (approval.state === 'waiting' && visited === undefined && canVisit) return sendToPage();

  const decided = await waitForPerson(request, asked);
  if (decided === 'gone') return pending(request, approval);
  if (decided === 'late') return canVisit ? sendToPage() : pending(request, approval);
  if (decided.state === 'expired' || decided.state === 'withdrawn')
    return refusedByPerson(request, call, decided);
  return anew(request, again);
}

/** With the page shown meanwhile, until the waiting ends in whatever way. */
async function waitForPerson(request: AgentRequest<RequestMessage>, { approval, kind }: Holding['asked']) {
  const { closed, context, server, signal, startedMs, watch } = request;
  // Who calls again has been shown the page.
  const endVisit = kind === 'asked' ? showPage(request, approval) : undefined;
  let isDecided = false;
  try {
    const held = context.held.wait({
      approval,
      untilMs: startedMs + (server.holdMs ?? HOLD_MS),
      signals: [signal, closed],
      hasLeft: () => hasLeft(request),
      onWaiting: (heldMs) => tellProgress(request, heldMs),
    });
    const decided = await watch.wait(context.clock, held);
    isDecided = typeof decided === 'object';
    return decided;
  } finally {
    endVisit?.(isDecided);
  }
}

/** Judged again in full: what changed meanwhile, in this process or another, counts. */
async function anew(request: AgentRequest<RequestMessage>, again: Handle): Promise<RpcAnswer> {
  await request.context.store.grants.refresh();
  const now = asOfNow(request);
  if (now === undefined) return refuseClosed(request);
  const { inputResponses: _answers, requestState: _state, ...params } = now.message.params;
  return again({ ...now, message: { ...now.message, params } });
}

/**
 * Whether it comes back from a page by itself. Agents of older revisions do not: they are held, with the page shown meanwhile
 * where they can show one.
 */
function takesPages({ asking, message }: AgentRequest<RequestMessage>): boolean {
  const answers = ownProperty(message.params, 'inputResponses');
  const state = ownProperty(message.params, 'requestState');
  // Input that came without a state is for the server, and would be lost on the way over the page.
  if (message.era !== 'modern' || (answers !== undefined && state === undefined)) return false;
  return canShowPages(asking);
}

function toPage(request: AgentRequest<RequestMessage>, { asked, call }: Omit<Holding, 'again'>): RpcAnswer {
  const { approvalUrl, rounds } = request.context;
  const { approval, rowId } = asked;
  const page = { approvalId: approval.id, url: approvalUrl(approval.id), callId: rowId };
  return rounds.sendToPage(statefulRequest(request), call.round, { ...page, message: pageMessage(approval) });
}

/** Milliseconds of waiting that make one whole step of progress: so many that what the server reports later is always more. */
const PROGRESS_UNIT_MS = 1_000_000;

function tellProgress({ message, notify }: AgentRequest<RequestMessage>, heldMs: number): void {
  const progressToken = message.meta['progressToken'];
  if (progressToken === undefined) return;
  const params: JsonObject = {
    progressToken,
    progress: heldMs / PROGRESS_UNIT_MS,
    message: 'waiting for a person to approve the call',
  };
  notify({ jsonrpc: '2.0', method: 'notifications/progress', params });
}
