import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AgentSignInDesk } from '../agent-sign-in/index.ts';
import type { Live } from '../in-force/index.ts';
import { type DataPlaneHandler, type HostRules, isForAgents } from '../proxy/index.ts';
import { ownTurn } from '../turns.ts';
import { answerApprovalPage } from './approval-page.ts';
import { answerReadiness } from './readiness.ts';
import { answerSchema } from './schemas.ts';

/** What answers requests, by where they go. */
export type Front = {
  readonly live: Live;
  readonly plane: DataPlaneHandler;
  readonly control: RequestListener;
  readonly agentSignIn: Pick<AgentSignInDesk, 'handle'>;
  /** Undefined when none is served. */
  readonly dashboard: RequestListener | undefined;
  readonly hosts: HostRules;
  readonly metrics: RequestListener;
  /** The network that a request comes from. */
  readonly senderOf: (request: IncomingMessage) => string;
};

type Response = ServerResponse<IncomingMessage> & { req: IncomingMessage };

/** Gives a request to whom it is for: agents, whoever watches the gateway, or, when it is their turn, people and scripts. */
export function route(front: Front, request: IncomingMessage, response: Response): void {
  const path = request.url ?? '';
  const page = PAGES.get(path);
  if (isForAgents(path)) front.plane.handle(request, response);
  else if (page !== undefined) page(front.live, response);
  else
    void ownTurn(front.senderOf(request)).then(() => {
      // Who waited may be gone.
      if (!response.destroyed) answer(front, request, response);
    });
}

function answer(
  { agentSignIn, control, dashboard, hosts, live, metrics }: Front,
  request: IncomingMessage,
  response: Response,
): void {
  const path = request.url ?? '';
  if (path.startsWith('/api/') || path.startsWith('/scim/')) control(request, response);
  else if (agentSignIn.handle(request, response)) return;
  else if (/^\/metrics(?:\?|$)/.test(path)) metrics(request, response);
  // Programs look there for what they would not know from a page.
  else if (path.startsWith('/.well-known/')) answerNotFound(response);
  else if (path === '/register' && request.method === 'POST') answerNotFound(response, NO_REGISTRATION);
  else if (answerSchema(request, response)) return;
  else if (dashboard !== undefined && isRead(request)) dashboard(request, response);
  else
    void answerApprovalPage({ approvals: live.store.approvals, hosts }, request, response).then(
      (isAnswered) => {
        if (!isAnswered) answerNotFound(response);
      },
    );
}

function answerNotFound(response: ServerResponse, body: object = NOT_FOUND): void {
  response.writeHead(404, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

const NOT_FOUND = { error: 'not_found', message: 'expected /mcp/SERVER, or /mcp/ for a stack grant' };

/**
 * For clients that were not let in and then register where servers do that say nothing of a sign-in. The official one for
 * TypeScript, and what is built on it, tells its person the description of this answer and nothing of the 401 before.
 */
const NO_REGISTRATION = {
  error: 'not_found',
  error_description:
    'expected a valid grant for this server: Authorization: Bearer <grant token>; agents register only below /mcp-oauth/',
};

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

const PAGES: ReadonlyMap<string, (live: Live, response: ServerResponse) => void> = new Map([
  ['/healthz', (_live: Live, response: ServerResponse) => void response.writeHead(200).end('ok\n')],
  ['/readyz', (live: Live, response: ServerResponse) => void answerReadiness(live, response)],
]);
