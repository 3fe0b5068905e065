import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import type { Handle } from '../handle.ts';
import type { RequestMessage } from '../message/message.ts';
import { type AgentRequest, asOfNow } from '../request.ts';
import type { RpcAnswer } from '../rpc.ts';
import { questionIn } from './answerable.ts';
import { inputMissing } from './answers.ts';
import { refuseClosed } from './refuse.ts';

/**
 * Handles a request. When its server asks for input, an agent of the newest revision sends the request again with the
 * answers; for one that has no such rounds, which is asked while its request is open (P §3.4), the gateway does the same
 * here, with the same states. So each sending is decided by what is in force then, and has its own row.
 */
export function converse(request: AgentRequest<RequestMessage>, handle: Handle): Promise<RpcAnswer> {
  return request.message.era === 'modern' ? handle(request) : converseWhileOpen(request, handle);
}

async function converseWhileOpen(request: AgentRequest<RequestMessage>, handle: Handle): Promise<RpcAnswer> {
  let answer = await handle(request);
  while (answer.kind === 'result' && answer.asksForInput) {
    const { inputRequests, requestState } = answer.result;
    const inputResponses = await request.watch.wait(request.context.clock, askAll(request, inputRequests));
    if (typeof inputResponses === 'string') return inputMissing(request.message, inputResponses);
    const next = renewed(request, {
      ...(inputResponses === undefined ? {} : { inputResponses }),
      ...(requestState === undefined ? {} : { requestState }),
    });
    if (next === undefined) return refuseClosed(request);
    answer = await handle(next);
  }
  return answer;
}

/** Puts all questions at once; a text when one of them was not answered, undefined when there is none. */
async function askAll(
  request: AgentRequest,
  inputRequests: Json | undefined,
): Promise<JsonObject | string | undefined> {
  if (!isJsonObject(inputRequests)) return undefined;
  const asked = Object.entries(inputRequests).map(async ([key, value]) => {
    const question = questionIn(value);
    const reply = question === undefined ? undefined : await request.ask?.(question);
    return [key, reply] as const;
  });
  const responses: Record<string, JsonObject> = {};
  for (const [key, reply] of await Promise.all(asked)) {
    if (reply?.kind !== 'result')
      return `the client did not give the input that the server needs: ${reply?.error.message ?? key}`;
    responses[key] = reply.result;
  }
  return responses;
}

/** The request with the input, as if it came now; undefined when what the agent presented does not open the server any more. */
function renewed(
  request: AgentRequest<RequestMessage>,
  input: JsonObject,
): AgentRequest<RequestMessage> | undefined {
  const { context, message } = request;
  const now = asOfNow(request);
  return (
    now && {
      ...now,
      message: { ...message, params: { ...message.params, ...input } },
      bytesIn: Buffer.byteLength(JSON.stringify(input)),
      startedMs: context.clock.monotonicMs(),
    }
  );
}
