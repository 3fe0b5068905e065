import { openSseSession, type SseSession } from '../../support/sse-session.ts';
import type { Answer } from './agent.ts';
import type { Cases } from './boot.ts';
import type { Era } from './fixture.ts';

/** An agent of 2024-11-05, whose answers are in the first ledger like those of every other. */
type SseAgent = AsyncDisposable & {
  readonly session: SseSession;
  readonly request: (method: string, params?: object) => Promise<Answer>;
  readonly call: (name: string, args?: object) => Promise<Answer>;
};

export async function openSseAgent(
  { gateway, ledgers, tokenOf }: Cases,
  era: Era,
  protocol = '2024-11-05',
): Promise<SseAgent> {
  const server = `s1-${era}`;
  const endpoint = gateway.endpoint(server);
  const session = await openSseSession({ endpoint, token: tokenOf('GA', era), protocol });
  const request = async (method: string, params: object = {}): Promise<Answer> => {
    const { error, result } = await session.request(method, params);
    const body = { ...(result === undefined ? {} : { result }), ...(error === undefined ? {} : { error }) };
    const answer = { status: 200, headers: {}, text: JSON.stringify(body), body, before: [] };
    ledgers.seen.push({ grant: `GA-${era}`, server, sent: JSON.stringify({ method, params }), answer });
    return answer;
  };
  return {
    session,
    request,
    call: (name, args = {}) => request('tools/call', { name, arguments: args }),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}
