import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { type Caller, mayAsk, mayBeAskedDuring } from './capabilities.ts';
import { type Failing, failing, type Outcome } from './failures.ts';

type Result = Extract<Outcome, { kind: 'result' }>;
type Asked = Extract<Outcome, { kind: 'input_required' }>;

/**
 * Reads the result of a modern server: complete, or questions that its caller declared, during a request that allows
 * them (P §1.1, §1.8). Every other type of result is an answer that the gateway did not offer to understand.
 */
export function readModernResult(outcome: Outcome, method: string, caller: Caller): Outcome {
  if (outcome.kind !== 'result') return outcome;
  const type = outcome.result['resultType'];
  if (type === undefined || type === 'complete') return outcome;
  if (type !== 'input_required' || !mayBeAskedDuring(method))
    return bad(`answered ${method} with resultType ${JSON.stringify(type)}, which it may not`);
  return readInputRequired(outcome, caller);
}

function readInputRequired({ result, bytes, httpStatus }: Result, caller: Caller): Asked | Failing {
  const { inputRequests, requestState } = result;
  if (requestState !== undefined && typeof requestState !== 'string')
    return bad('answered input_required with a "requestState" that is not a string');
  if (inputRequests !== undefined && !isJsonObject(inputRequests))
    return bad('answered input_required with "inputRequests" that are no object');
  const questions = Object.entries(inputRequests ?? {});
  if (questions.length === 0 && requestState === undefined)
    return bad('answered input_required without a question or a state');
  for (const [key, question] of questions) {
    const problem = questionProblem(question, caller);
    if (problem !== undefined) return bad(`asks under ${JSON.stringify(key)} ${problem}`);
  }
  return {
    kind: 'input_required',
    bytes,
    ...(inputRequests === undefined ? {} : { inputRequests }),
    ...(requestState === undefined ? {} : { requestState }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
  };
}

function questionProblem(question: Json | undefined, { capabilities }: Caller): string | undefined {
  if (!isJsonObject(question)) return 'something that is no object';
  const { method, params = {} } = question;
  if (typeof method !== 'string' || !isJsonObject(params)) return 'without a method or with bad params';
  if (mayAsk(capabilities, { method, params })) return undefined;
  return `for ${JSON.stringify(method)}, which its caller did not declare`;
}

const URL_ELICITATION_REQUIRED = -32042;

/**
 * The error with which servers of 2025-11-25 ask for a visit to an address, as the question that it is (P §3.3). Only for
 * callers that call again and declared it; the call that follows is sent like a new one.
 */
export function readUrlElicitation(outcome: Outcome, method: string, caller: Caller): Outcome {
  if (outcome.kind !== 'error' || outcome.error.code !== URL_ELICITATION_REQUIRED) return outcome;
  if (caller.by !== 'retry' || !mayBeAskedDuring(method)) return outcome;
  const { data } = outcome.error;
  const elicitations = isJsonObject(data) ? data['elicitations'] : undefined;
  const questions = (Array.isArray(elicitations) ? elicitations : []).flatMap(urlQuestion);
  if (questions.length === 0 || !questions.every((question) => mayAsk(caller.capabilities, question)))
    return outcome;
  const inputRequests = Object.fromEntries(questions.map((question, at) => [`u${at}`, question]));
  const { bytes, httpStatus } = outcome;
  return {
    kind: 'input_required',
    inputRequests,
    bytes,
    ...(httpStatus === undefined ? {} : { httpStatus }),
  };
}

function urlQuestion(elicitation: Json): { readonly method: string; readonly params: JsonObject }[] {
  if (!isJsonObject(elicitation) || typeof elicitation['url'] !== 'string') return [];
  return [{ method: 'elicitation/create', params: { ...withoutElicitationId(elicitation), mode: 'url' } }];
}

/** The id by which legacy revisions find an elicitation again; it does not exist in the modern one (P §1.8). */
export function withoutElicitationId(params: JsonObject): JsonObject {
  const { elicitationId: _, ...rest } = params;
  return rest;
}

function bad(detail: string): Failing {
  return failing('bad_answer', detail, { acted: 'maybe' });
}
