import { REFUSAL_MARK } from '@boomgate/contract/refusal-mark';
import { decideAccess, isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import { MAX_NAME_LENGTH, MAX_URI_LENGTH } from '../../limits/index.ts';
import { CODES } from '../../upstreams/index.ts';
import { admitUncounted } from '../call/admit.ts';
import { readAnswer } from '../call/answers.ts';
import { forward } from '../call/forward.ts';
import { record } from '../call/record.ts';
import { refuseMalformed, SECRETS } from '../call/refuse.ts';
import { goesOn } from '../call/rounds.ts';
import { secretsProblem, secretsSent } from '../call/secrets.ts';
import type { Handle } from '../handle.ts';
import { forwardedMeta } from '../message/forwarded-meta.ts';
import { enforces, statefulRequest, upstreamOf } from '../request.ts';
import { rpcError } from '../rpc.ts';
import { unknownPrompt, unknownResource } from '../unknown.ts';

/** What a read names, and the parameters that go to the server: exactly those that were understood. */
type Read = { readonly kind: 'resources' | 'prompts'; readonly name: string; readonly params: JsonObject };
type ReadParams = (params: JsonObject) => Read | string;

/** Prompts, resources and completion: decided by the same lists of patterns (language §8), then forwarded. */
export function readMethod(readParams: ReadParams): Handle {
  return async (request) => {
    const { message } = request;
    const read = readParams(message.params);
    if (typeof read === 'string') return refuseMalformed(request, read);
    const secrets = await secretsSent(request, read.params);
    const decision = decideAccess(request.policy?.compiled, read.kind, read.name);
    const about = { target: read.name, outcome: decision.outcome, decision, secrets };
    if (decision.outcome !== 'allow' && enforces(request)) {
      await record(request, about);
      return read.kind === 'prompts' ? unknownPrompt(read.name) : unknownResource(message, read.name);
    }
    const problem = secretsProblem(request, secrets);
    if (problem !== undefined) {
      await record(request, { ...about, outcome: 'deny', rule: SECRETS, message: problem });
      return rpcError(CODES.invalidParams, `${REFUSAL_MARK} ${problem}`);
    }
    const round = request.context.rounds.open(statefulRequest(request));
    if (typeof round === 'string') return refuseMalformed(request, round);
    const admission = await admitUncounted(request, { ...about, ...goesOn(round) });
    const params = { ...read.params, ...forwardedMeta(message.meta) };
    const sent = { upstream: upstreamOf(request), method: message.method, params, round };
    const answer = await forward(request, admission, sent);
    return readAnswer({ request, round, callId: admission.id }, answer);
  };
}

export function readResource(params: JsonObject): Read | string {
  const uri = textOf(ownProperty(params, 'uri'), MAX_URI_LENGTH);
  return uri === undefined
    ? `expected params.uri to be a text of 1 to ${MAX_URI_LENGTH} characters`
    : { kind: 'resources', name: uri, params: { uri } };
}

export function readPrompt(params: JsonObject): Read | string {
  const name = textOf(ownProperty(params, 'name'), MAX_NAME_LENGTH);
  if (name === undefined) return `expected params.name to be a text of 1 to ${MAX_NAME_LENGTH} characters`;
  const args = ownProperty(params, 'arguments');
  if (args !== undefined && !isJsonObject(args)) return 'expected params.arguments to be an object';
  return { kind: 'prompts', name, params: { name, ...(args === undefined ? {} : { arguments: args }) } };
}

export function readCompletion(params: JsonObject): Read | string {
  const ref = ownProperty(params, 'ref');
  const argument = ownProperty(params, 'argument');
  const context = ownProperty(params, 'context');
  if (!isJsonObject(argument)) return 'expected params.argument to be an object';
  if (context !== undefined && !isJsonObject(context)) return 'expected params.context to be an object';
  const target = isJsonObject(ref) ? completionTarget(ref) : undefined;
  if (target === undefined)
    return 'expected params.ref to be { "type": "ref/prompt", "name" } or { "type": "ref/resource", "uri" }';
  return {
    ...target,
    params: { ref: target.params, argument, ...(context === undefined ? {} : { context }) },
  };
}

function completionTarget(ref: JsonObject): Read | undefined {
  const type = ownProperty(ref, 'type');
  const name = textOf(ownProperty(ref, 'name'), MAX_NAME_LENGTH);
  const uri = textOf(ownProperty(ref, 'uri'), MAX_URI_LENGTH);
  if (type === 'ref/prompt' && name !== undefined) return { kind: 'prompts', name, params: { type, name } };
  if (type === 'ref/resource' && uri !== undefined)
    return { kind: 'resources', name: uri, params: { type, uri } };
  return undefined;
}

function textOf(value: Json | undefined, maxLength: number): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= maxLength ? value : undefined;
}
