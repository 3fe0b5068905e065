/**
 * The data plane: from an agent's request to its answer. Decides with the engine, records in the store, sends through
 * the upstreams. Opens no sockets outwards, reads no environment and holds no policy semantics.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ProxyContext } from './context.ts';
import { BodyBudget } from './http/body-budget.ts';
import { receive } from './http/receive.ts';
import { InFlight } from './in-flight.ts';
import { LatestTime } from './latest-time.ts';
import { Questions } from './questions.ts';
import { SessionStates } from './session-states.ts';

export { Rounds } from './call/rounds.ts';
export type { HostRules, Log, PolicyInForce, ProxyContext, Registry } from './context.ts';
export { hostRules, isLoopbackHost } from './http/hosts.ts';
export { RefusalRates } from './refusal-rates.ts';
export { Seal } from './seal.ts';
export { SessionSeal } from './session.ts';

/** Handles requests whose path begins with `/mcp/`. */
export type DataPlaneHandler = {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
};

export function createDataPlane(context: ProxyContext): DataPlaneHandler {
  const inFlight = new InFlight();
  const plane = {
    context,
    inFlight,
    bodies: new BodyBudget(),
    latest: new LatestTime(),
    questions: new Questions(),
    states: new SessionStates(),
  };
  return {
    handle: (request, response) => {
      receive(plane, request, response).catch((error: unknown) => {
        context.log.error({ error: String(error) }, 'request dropped after an error');
        response.destroy();
      });
    },
  };
}
