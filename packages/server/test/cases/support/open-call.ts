import { request } from 'node:http';
import { openEvents } from '../../support/events.ts';
import type { Agent, Answer } from './agent.ts';

/** What a modern server says when it needs the name of a person first. */
export const QUESTION = {
  resultType: 'input_required',
  inputRequests: {
    who: { method: 'elicitation/create', params: { message: 'who?', requestedSchema: { type: 'object' } } },
  },
  requestState: 'of the server',
} as const;
export const ACCEPTED = { who: { action: 'accept', content: { name: 'Ada' } } } as const;
/** What an agent declares so that it is asked. */
export const ASKABLE = { elicitation: { form: {} } } as const;

/** A call of a legacy agent that is not answered yet, during which the agent is asked. */
export type OpenCall = AsyncDisposable & {
  /** The id of the question that came as the first, second, … of this call; waits for it. */
  readonly asked: (count?: number) => Promise<unknown>;
  /** Answers a question: as `ACCEPTED` has it, or with another result or an error. */
  readonly reply: (id: unknown, reply?: object) => Promise<void>;
  /** Begins to answer a question; the agent is identified by then. What is given back sends the rest. */
  readonly beginReply: (id: unknown) => Promise<() => void>;
  /** The answer to the call, which goes into the first ledger. */
  readonly answer: () => Promise<Answer>;
};

/** Sends any request as a legacy agent and reads what comes back as it comes. */
export async function openCall(agent: Agent, method: string, params: object): Promise<OpenCall> {
  const id = 'open call';
  const body = agent.text(method, params, { id });
  const { token = '' } = agent;
  const events = await openEvents(agent.endpoint, {
    method: 'POST',
    token,
    headers: await agent.headers(method),
    body,
  });
  const asked: OpenCall['asked'] = async (count = 1) => {
    const questions = () => events.events.filter(({ message }) => message.method === 'elicitation/create');
    await events.seen(() => questions().length >= count);
    return questions()[count - 1]?.message.id;
  };
  return {
    asked,
    reply: async (question, reply = { result: ACCEPTED.who }) => {
      await agent.send(JSON.stringify({ jsonrpc: '2.0', id: question, ...reply }));
    },
    beginReply: async (question) => {
      const headers = { ...(await agent.headers(method)), expect: '100-continue' };
      const post = request(agent.endpoint, { method: 'POST', headers });
      post.on('response', (response) => response.resume()).flushHeaders();
      // A server asks to continue in the turn in which it reads the headers.
      await new Promise((resolve) => post.once('continue', resolve));
      return () => void post.end(JSON.stringify({ jsonrpc: '2.0', id: question, result: ACCEPTED.who }));
    },
    answer: async () => {
      const { data, message } = await events.seen((event) => event.message.id === id);
      // Cases compare what they find with what they expect; the shape is theirs.
      const answer = { status: 200, headers: {}, text: data, body: message as Answer['body'], before: [] };
      agent.saw(body, answer);
      return answer;
    },
    [Symbol.asyncDispose]: () => events[Symbol.asyncDispose](),
  };
}
