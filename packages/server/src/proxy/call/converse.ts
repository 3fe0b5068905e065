import type { JsonObject } from '@boomgate/engine';
import type { UpstreamAnswer } from '../../upstreams/index.ts';
import type { AgentRequest } from '../request.ts';
import { inputFault, questionIn, type Round } from './rounds.ts';

type InputRequired = Extract<UpstreamAnswer, { kind: 'input_required' }>;
type Send = (input: Round['input']) => Promise<UpstreamAnswer>;

/**
 * Sends a request, and again with the agent's answers for as long as the server asks for input and the agent can be
 * asked while its request is open (P §3.4). An agent that cannot is given the server's wish as it is.
 */
export async function converse(request: AgentRequest, round: Round, send: Send): Promise<UpstreamAnswer> {
  let answer = await send(round.input);
  for (let number = round.number; answer.kind === 'input_required'; number += 1) {
    const fault = inputFault(request.asking, number, answer);
    if (fault !== undefined) return unanswerable(fault);
    if (request.ask === undefined) return answer;
    const responses = await gather(request, answer);
    if (typeof responses === 'string') return unanswerable(responses);
    const state = answer.requestState === undefined ? {} : { requestState: answer.requestState };
    answer = await send({ inputResponses: responses, ...state });
  }
  return answer;
}

/** Puts all questions at once; a text when one of them was not answered. */
async function gather(
  request: AgentRequest,
  { inputRequests = {} }: InputRequired,
): Promise<JsonObject | string> {
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

/** The server did what it did before it asked; what it would have done with the input it did not do. */
function unanswerable(message: string): UpstreamAnswer {
  return { kind: 'failure', acted: 'maybe', code: 'input_missing', message };
}
