import type { JsonObject } from '@boomgate/engine';
import { MAX_SECRETS_SEEN } from '../../limits/index.ts';
import { lookForSecrets } from '../../secrets/index.ts';
import type { DecisionRow } from '../../store/index.ts';
import type { SecretsSeen } from '../../telemetry/index.ts';
import { CODES, type UpstreamAnswer } from '../../upstreams/index.ts';
import type { AgentRequest } from '../request.ts';

/** Where the newest revision has an agent's answers to what a server asked. */
const ANSWERS = 'inputResponses';

/**
 * Which secrets a request seems to hold, in what it sends and in its answers to what the server asked, where the settings of the server ask
 * for that.
 */
export async function secretsSent(request: AgentRequest, sent: JsonObject): Promise<string | undefined> {
  if (request.server.argumentSecrets === undefined) return undefined;
  const { [ANSWERS]: answers } = request.message.params;
  const seen = await placesIn(request, sent);
  return inWords(
    answers === undefined ? seen : [...seen, ...(await placesIn(request, { [ANSWERS]: answers }))],
  );
}

/** Why a request is not sent, whatever the policy says and in each mode: it would leave with what the server is not to have. */
export function secretsProblem({ server }: AgentRequest, secrets: string | undefined): string | undefined {
  if (secrets === undefined || server.argumentSecrets !== 'deny') return undefined;
  return `server "${server.slug}" is not to be sent secrets, and this has what looks like one: ${secrets}`;
}

/** How the agent is asked while its request is open; `seen` tells of secrets in its answers, as they come. */
type Guarded = Pick<AgentRequest, 'ask'> & { readonly seen: readonly string[] };

/** An agent that answers while its request is open is held to the same. */
export function guardAnswers(request: AgentRequest): Guarded {
  const { ask, server } = request;
  if (server.argumentSecrets === undefined || ask === undefined) return { ask, seen: [] };
  const seen: string[] = [];
  return {
    seen,
    ask: async (question, over) => {
      const reply = await ask(question, over);
      if (reply.kind !== 'result') return reply;
      const found = await placesIn(request, { [ANSWERS]: reply.result });
      seen.push(...found);
      const message = secretsProblem(request, inWords(found));
      return message === undefined ? reply : { kind: 'error', error: { code: CODES.internal, message } };
    },
  };
}

async function placesIn({ grant }: AgentRequest, sent: JsonObject): Promise<readonly string[]> {
  const seen = await lookForSecrets(sent, { who: grant.id, redacts: false });
  return [...seen].map(([kind, under]) => `${kind} in ${under}`);
}

/** An answer as the agent may have it, and which secrets the server's seemed to hold. */
type Looked = { readonly answer: UpstreamAnswer; readonly secrets: readonly string[] };

/** Looks for secrets in an answer, where the settings of the server ask for that, and takes them out if so. */
export async function answerWithoutSecrets(
  { grant, server }: AgentRequest,
  answer: UpstreamAnswer,
): Promise<Looked> {
  const tree = server.resultSecrets === undefined ? undefined : treeOf(answer);
  if (tree === undefined) return { answer, secrets: [] };
  const redacts = server.resultSecrets === 'redact';
  const seen = await lookForSecrets(tree, { who: grant.id, redacts });
  const isChanged = redacts && seen.size > 0;
  return { answer: isChanged ? withTree(answer, tree) : answer, secrets: [...seen.keys()] };
}

/** What of an answer the server worded; that of a failure is the gateway's. */
function treeOf(answer: UpstreamAnswer): JsonObject | undefined {
  if (answer.kind === 'result') return answer.result;
  if (answer.kind !== 'error') return undefined;
  const { data, message } = answer.error;
  return { message, ...(data === undefined ? {} : { data }) };
}

function withTree(answer: UpstreamAnswer, { data, message }: JsonObject): UpstreamAnswer {
  if (answer.kind !== 'error') return answer;
  const { code } = answer.error;
  return {
    ...answer,
    error: { code, message: String(message), ...(data === undefined ? {} : { data }) },
  };
}

/** What came to light while a request was forwarded: in the agent's answers to questions, and in the server's answer. */
type CameToLight = { readonly asked: readonly string[]; readonly answered: readonly string[] };

/** Tells of that, and gives what the row of the request says of it. */
export function noteSecrets(
  request: AgentRequest,
  { answered, asked }: CameToLight,
): { readonly secrets?: string } {
  const { argumentSecrets, resultSecrets } = request.server;
  const isDenied = argumentSecrets === 'deny';
  tell(request, { where: 'request', secrets: inWords(asked), became: isDenied ? 'refused' : 'passed_on' });
  const isRedacted = resultSecrets === 'redact';
  tell(request, {
    ...{ where: 'answer', secrets: inWords(answered) },
    became: isRedacted ? 'redacted' : 'passed_on',
  });
  const secrets = inWords([...asked, ...answered]);
  return secrets === undefined ? {} : { secrets };
}

/** Tells of a request whose row stands; what waits for a person is not sent yet. */
export function tellSecrets(request: AgentRequest, { forwarded, outcome, secrets }: DecisionRow): void {
  if (!forwarded && outcome === 'approve') return;
  tell(request, { where: 'request', secrets, became: forwarded ? 'passed_on' : 'refused' });
}

type Told = Pick<SecretsSeen, 'became' | 'where'> & { readonly secrets: string | undefined };

function tell({ context, grant, server }: AgentRequest, { secrets, ...more }: Told): void {
  if (secrets === undefined) return;
  const { id, name, organization } = grant;
  const of = { server: server.slug, grant: { organization, id, name } };
  context.telemetry.meter.secretsSeen({ ...of, ...more, secrets });
}

function inWords(seen: readonly string[]): string | undefined {
  return seen.length === 0 ? undefined : [...new Set(seen)].sort().join(', ').slice(0, MAX_SECRETS_SEEN);
}
