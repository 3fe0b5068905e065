import { ownProperty } from '@boomgate/engine';
import { type Attributes, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { MAX_CLIENT_TEXT, MAX_NAME_LENGTH } from '../limits/index.ts';
import type { DecisionRow } from '../store/index.ts';
import { contextOf, type TraceContext } from '../telemetry/index.ts';
import type { UpstreamAnswer } from '../upstreams/index.ts';
import type { RequestMessage } from './message/message.ts';
import { METHOD_NAMES } from './methods/names.ts';
import type { AgentRequest } from './request.ts';
import type { RpcAnswer } from './rpc.ts';

/** Attributes of the conventions for MCP; values of arguments, results and URIs are none of them. */
const ATTRIBUTES_OF_NAMES: Readonly<Record<string, string>> = {
  'tools/call': 'gen_ai.tool.name',
  'prompts/get': 'gen_ai.prompt.name',
};

/** Begins the span of a request, if requests are traced; `endSpan` has to follow. */
export function startSpan(request: AgentRequest<RequestMessage>): void {
  const { context, grant, message, server, stack, trace, watch } = request;
  const { tracing } = context.telemetry;
  if (tracing === undefined) return;
  const { protocol, session } = message;
  watch.span = tracing.startRemote(methodOf(message), trace, {
    kind: SpanKind.SERVER,
    attributes: {
      ...operationOf(message),
      'network.transport': 'tcp',
      'jsonrpc.request.id': String(message.id).slice(0, MAX_CLIENT_TEXT),
      ...(protocol === '' ? {} : { 'mcp.protocol.version': protocol }),
      ...(session === undefined ? {} : { 'mcp.session.id': session.key }),
      'boomgate.organization': grant.organization,
      'boomgate.grant.id': grant.id,
      'boomgate.mode': grant.mode,
      ...(stack === undefined ? { 'boomgate.server': server.slug } : {}),
    },
  });
}

/** What was decided, on the request's span. Of several rows the last one counts: it is what became of the request. */
export function tellDecision(span: Span, row: DecisionRow): void {
  span.setAttributes({
    'boomgate.decision.id': row.id,
    'boomgate.decision.outcome': row.outcome,
    'boomgate.decision.rule': row.rule,
    ...(row.server === '' ? {} : { 'boomgate.server': row.server }),
    ...(row.policy === ''
      ? {}
      : { 'boomgate.policy.name': row.policy, 'boomgate.policy.version': row.policyVersion }),
    ...(row.approval === undefined ? {} : { 'boomgate.approval.id': row.approval }),
  });
}

/** The server offers what is called, so that the name may stand in the span's, of which there are to be few. */
export function nameSpan({ message, watch }: AgentRequest<RequestMessage>, name: string): void {
  watch.span?.updateName(`${message.method} ${name}`);
}

/** Ends the span of a request; without an answer it was refused after an error. */
export function endSpan({ watch }: AgentRequest, answer: RpcAnswer | undefined): void {
  const { span } = watch;
  if (span === undefined) return;
  if (answer === undefined) tellFault(span, 'internal');
  else if (answer.kind === 'error') tellFault(span, String(answer.code), answer.code);
  else if (answer.result['isError'] === true) tellFault(span, 'tool_error');
  span.end();
}

/** The span of what is sent to the server, below that of the request; undefined when that has none. */
export function startForwarding(request: AgentRequest, name: string | undefined): Span | undefined {
  const { context, message, server, watch } = request;
  if (watch.span === undefined) return undefined;
  const operation = message.kind === 'request' ? operationOf(message) : {};
  return context.telemetry.tracing?.startChild(
    name === undefined ? methodOf(message) : `${message.method} ${name}`,
    watch.span,
    {
      kind: SpanKind.CLIENT,
      attributes: {
        ...operation,
        'network.transport': server.target.kind === 'stdio' ? 'pipe' : 'tcp',
        'boomgate.server': server.slug,
      },
    },
  );
}

export function endForwarding(span: Span | undefined, answer: UpstreamAnswer, status: string): void {
  if (span === undefined) return;
  if (answer.kind === 'error') tellFault(span, String(answer.error.code), answer.error.code);
  else if (status === 'tool_error' || answer.kind === 'failure') tellFault(span, status);
  span.end();
}

/** What the server is told of the trace: the gateway's span as parent, or what the agent said where nothing is traced. */
export function traceFor({ trace }: AgentRequest, span: Span | undefined): TraceContext | undefined {
  return (span && contextOf(span)) ?? trace;
}

function tellFault(span: Span, type: string, code?: number): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', type);
  if (code !== undefined) span.setAttribute('rpc.response.status_code', String(code));
}

function operationOf(message: RequestMessage): Attributes {
  const { method, params } = message;
  const key = ATTRIBUTES_OF_NAMES[method];
  const name = key === undefined ? undefined : ownProperty(params, 'name');
  return {
    'mcp.method.name': methodOf(message),
    ...(method === 'tools/call' ? { 'gen_ai.operation.name': 'execute_tool' } : {}),
    ...(key !== undefined && typeof name === 'string' ? { [key]: name.slice(0, MAX_NAME_LENGTH) } : {}),
  };
}

/** Agents can invent methods, and must not make as many names of spans. */
function methodOf({ method }: Pick<RequestMessage, 'method'>): string {
  return METHOD_NAMES.has(method) ? method : 'other';
}
