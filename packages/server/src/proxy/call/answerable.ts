import { isJsonObject, type Json } from '@boomgate/engine';
import { MAX_INPUT_ROUNDS } from '../../limits/index.ts';
import { type Asking, mayBeAsked, type Question, type UpstreamAnswer } from '../../upstreams/index.ts';
import type { Round } from './rounds.ts';

type InputRequired = Extract<UpstreamAnswer, { kind: 'input_required' }>;

/** The answer, unless it asks for what this agent cannot give: then the server did what it did before it asked. */
export function answerable(asking: Asking, round: Round, answer: UpstreamAnswer): UpstreamAnswer {
  const fault = answer.kind === 'input_required' ? inputFault(asking, round.number, answer) : undefined;
  if (fault === undefined) return answer;
  return { kind: 'failure', acted: 'maybe', code: 'input_missing', message: fault };
}

/** What is wrong with a server's wish for input, as far as this agent is concerned; undefined when it may be asked. */
export function inputFault(
  asking: Asking,
  round: number,
  { inputRequests = {} }: InputRequired,
): string | undefined {
  if (round >= MAX_INPUT_ROUNDS) return `the server asked for input more than ${MAX_INPUT_ROUNDS} times`;
  for (const value of Object.values(inputRequests)) {
    const question = questionIn(value);
    if (question === undefined) return 'the server asked for input in an unknown form';
    if (!mayBeAsked(asking, question))
      return `the server needs ${question.method}, which this client does not offer`;
  }
  return undefined;
}

/** A question as the contract has it; undefined when it is none. One without parameters has none to give. */
export function questionIn(value: Json): Question | undefined {
  if (!isJsonObject(value)) return undefined;
  const { method, params = {} } = value;
  return typeof method === 'string' && isJsonObject(params) ? { method, params } : undefined;
}
