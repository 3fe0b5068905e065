import { approvalTermsFor, canonicalJson, type JsonObject } from '@boomgate/engine';
import type { ApprovalAsk } from '../../../approvals/index.ts';
import type { Asked, DecisionRow } from '../../../store/index.ts';
import type { ServerSettings } from '../../../upstreams/index.ts';
import { type AgentRequest, sessionKeyOf } from '../../request.ts';
import { clientLine } from '../../session.ts';
import type { JudgedCall } from '../admit.ts';
import { noteRefusal, noteRow } from '../record.ts';
import { goesOn } from '../rounds.ts';
import { decisionRow } from '../row.ts';
import { newRowId } from '../row-id.ts';

/** What an approval is bound to, as digests. */
type Binding = { readonly whole: string; readonly call: string };

/**
 * Everything that must be the same when it is used: grant, server as it is registered, tool as it is defined, arguments, and the
 * version of the policy. Lists keep their parts apart, so that no two calls share a digest.
 */
export function bindingOf(
  { context, grant, policy, server }: AgentRequest,
  { described, params }: JudgedCall,
): Binding {
  const call = context.argumentHash(canonicalJson([grant.id, server.id, params.name, params.args]));
  const rest = [described.tool, targetOf(server), policy?.name ?? '', policy?.version ?? 0];
  return { call, whole: context.argumentHash(canonicalJson([call, ...rest])) };
}

/** Where the server is reached. Only its digest is kept, as it holds credentials. */
function targetOf({ target }: ServerSettings): JsonObject {
  if (target.kind === 'http') return { url: target.url, headers: target.headers };
  return { command: target.command, args: target.args, env: target.env, cwd: target.cwd ?? '' };
}

/** Asks for an approval or joins the one that there is, with a row of its own for this request. */
export async function ask(
  request: AgentRequest,
  call: JudgedCall,
  binding: Binding,
): Promise<Asked & { readonly rowId: string }> {
  const { params, judgement, round } = call;
  const { decision } = judgement;
  const rowId = newRowId();
  let row: DecisionRow | undefined;
  noteRefusal(request);
  const asked = await request.context.store.journal.ask(
    askOf(request, call, binding),
    params.texts.canonical,
    (made) => {
      const isFull = made.kind === 'full';
      row = decisionRow(request, {
        id: rowId,
        target: params.name,
        params,
        outcome: isFull ? 'limit' : 'approve',
        decision,
        ...(isFull ? { rule: '(waiting approvals)' } : { approval: made.approval.id }),
        forwarded: false,
        ...goesOn(round),
      });
      return row;
    },
  );
  noteRow(request, row);
  return { ...asked, rowId };
}

function askOf(request: AgentRequest, { judgement, params }: JudgedCall, binding: Binding): ApprovalAsk {
  const { context, grant, message, policy, server } = request;
  const { args, name, texts } = params;
  const { decision } = judgement;
  return {
    binding: binding.whole,
    call: binding.call,
    organization: grant.organization,
    grantId: grant.id,
    grantName: grant.name,
    ...(grant.owner === undefined ? {} : { owner: grant.owner }),
    server: server.slug,
    tool: name,
    policy: policy?.name ?? '',
    policyVersion: policy?.version ?? 0,
    argsHash: context.argumentHash(texts.canonical),
    argKeys: Object.keys(args).sort(),
    // The rule that fired says more than the step that holds the call, which comes after it.
    rule:
      decision.trace.findLast((step) => step.outcome !== 'passed' && step.rule !== decision.rule)?.rule ??
      decision.rule,
    message: decision.message,
    session: sessionKeyOf(request),
    client: clientLine(message.client),
    terms: approvalTermsFor(policy?.compiled, name),
  };
}
