import { randomUUID } from 'node:crypto';
import { type Endpoint, isSafe, type ProblemCode } from '@boomgate/contract';
import { BusyError, identifyOperator, type Operator } from '../../identity/index.ts';
import { StoreError } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { audited } from './audited.ts';
import { authorize } from './authorize.ts';
import type { ApiCall } from './call.ts';
import { tagFault } from './conditional.ts';
import { noteDenial } from './denied.ts';
import type { Frame } from './frame.ts';
import { guardChange } from './guard.ts';
import { type ApiRequest, type Handler, type Refusal, refuse } from './handler.ts';
import { answerOnce } from './idempotency.ts';
import { type Read, readInput } from './input.ts';
import { type Peer, peerOf } from './peer.ts';
import { placeOf } from './places.ts';
import { problemResponse, respond } from './respond.ts';

/** An endpoint with what answers it. */
export type Operation = {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly handler: Handler<Endpoint>;
};

/** From a request to its response, whatever happens. */
export async function answerRequest(frame: Frame, operation: Operation, call: ApiCall): Promise<Response> {
  try {
    return await answer(frame, operation, call);
  } catch (error) {
    return problemResponse(failureOf(frame.context, operation, error));
  }
}

/** Host → who → may they → was it them who asked → their place → what they ask → whether they still may → the handler. */
async function answer(frame: Frame, operation: Operation, call: ApiCall): Promise<Response> {
  const { context } = frame;
  const { endpoint } = operation;
  const from = peerOf(context, call);
  const denied = (operator: Operator | undefined, refusal: Refusal<ProblemCode>): Response => {
    noteDenial({ context, from, operator }, operation, refusal.code);
    return problemResponse(refusal);
  };
  if (!context.allowsHost(from.host)) return denied(undefined, refuse('foreign_host'));
  const turnAway = (asking: Operator | undefined): Response | undefined => {
    const refused =
      authorize(endpoint, asking, from.remote) ??
      (isSafe(endpoint) ? undefined : guardChange(context, from, asking)) ??
      tagFault(endpoint, from);
    if (refused === undefined) return undefined;
    const answered = denied(asking, refused);
    const isLost = refused.code === 'unauthenticated' && endpoint.status === 302 && from.isNavigation;
    return noted(context, { operation, operator: asking }, isLost ? toSignIn(context) : answered);
  };
  const identify = async () =>
    endpoint.access === 'public' ? undefined : identifyOperator(context.people, from);
  const first = await identify();
  const away = turnAway(first);
  if (away !== undefined) return away;
  const place = first && (await frame.places.enter(placeOf(first), call));
  try {
    const read = await readInput(endpoint, call);
    if (!read.ok) return problemResponse(read);
    // A body takes as long as its sender likes, and a place as long as others do: what let them ask may be lost meanwhile.
    const hasWaited = endpoint.body !== undefined || place?.hasWaited === true;
    const operator = hasWaited ? await identify() : first;
    const late = hasWaited ? turnAway(operator) : undefined;
    if (late !== undefined) return late;
    return await handled(frame, operation, { from, operator, read });
  } finally {
    place?.leave();
  }
}

type Asking = {
  readonly from: Peer;
  readonly operator: Operator | undefined;
  readonly read: Extract<Read, { ok: true }>;
};

async function handled(
  frame: Frame,
  operation: Operation,
  { from, operator, read }: Asking,
): Promise<Response> {
  const { context } = frame;
  const { endpoint, handler } = operation;
  // A cast: `authorize` let the operator pass that the endpoint asks for.
  const request = { ...read.input, endpoint, operator, from, ifMatch: from.ifMatch ?? '' } as ApiRequest;
  const result = await answerOnce({ frame, operator, from, read }, endpoint, () =>
    audited({ context, operator, from }, endpoint, () => handler(context, request)),
  );
  if (!result.ok) noteDenial({ context, from, operator }, operation, result.code);
  if (!isSafe(endpoint)) await context.inForceEverywhere();
  return noted(context, { operation, operator }, respond(endpoint, result));
}

/** A browser that another site leads here, whose session ended meanwhile: its person reads what to do, where they sign in. */
function toSignIn(context: ControlContext): Response {
  const to = `${context.url()}/sign-in?problem=${'sign_on_stale' satisfies ProblemCode}`;
  return new Response(null, { status: 302, headers: { location: to, 'cache-control': 'no-store' } });
}

type Asked = { readonly operation: Operation; readonly operator: Operator | undefined };

/** Every change, and every try to make one, is told in the gateway's log. */
function noted(context: ControlContext, { operation, operator }: Asked, response: Response): Response {
  if (isSafe(operation.endpoint)) return response;
  const who =
    operator === undefined
      ? {}
      : { person: operator.person.id, organization: operator.organization.id, via: operator.kind };
  context.log.info({ endpoint: operation.name, status: response.status, ...who }, 'change asked for');
  return response;
}

/** What went wrong is told in the log, under the incident's id, and not to who asked. */
function failureOf(context: ControlContext, { name }: Operation, error: unknown) {
  if (error instanceof BusyError) return refuse('unavailable', { headers: [['retry-after', '1']] });
  const incident = randomUUID();
  context.log.error({ incident, endpoint: name, error: String(error) }, 'request of the API failed');
  const isStore = error instanceof StoreError && error.code === 'unavailable';
  return refuse(isStore ? 'unavailable' : 'internal', { incident });
}
