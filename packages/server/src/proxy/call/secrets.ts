import { type JsonObject, ownProperty } from '@boomgate/engine';
import { MAX_SECRETS_SEEN } from '../../limits/index.ts';
import { lookForSecrets, type Sightings } from '../../secrets/index.ts';
import type { UpstreamAnswer } from '../../upstreams/index.ts';
import type { AgentRequest } from '../request.ts';

/** Which secrets a request seems to hold, where the settings of its server ask for that. */
export async function secretsSent(
  { grant, server }: AgentRequest,
  sent: JsonObject,
): Promise<string | undefined> {
  if (server.argumentSecrets === undefined) return undefined;
  const seen = await lookForSecrets(sent, { who: grant.id, redacts: false });
  return inWords(seen, ([kind, under]) => `${kind} in ${under}`);
}

/** Why a request is not sent, whatever the policy says and in each mode: it would leave with what the server is not to have. */
export function secretsProblem({ server }: AgentRequest, secrets: string | undefined): string | undefined {
  if (secrets === undefined || server.argumentSecrets !== 'deny') return undefined;
  return `server "${server.slug}" is not to be sent secrets, and this has what looks like one: ${secrets}`;
}

/** An answer as the agent may have it, and which secrets the server's seemed to hold, for the log. */
type Looked = { readonly answer: UpstreamAnswer; readonly secrets?: string };

/** Looks for secrets in an answer, where the settings of the server ask for that, and takes them out if so. */
export async function answerWithoutSecrets(
  { grant, server }: AgentRequest,
  answer: UpstreamAnswer,
): Promise<Looked> {
  if (server.resultSecrets === undefined) return { answer };
  const tree = treeOf(answer);
  if (tree === undefined) return { answer };
  const redacts = server.resultSecrets === 'redact';
  const secrets = inWords(await lookForSecrets(tree, { who: grant.id, redacts }), ([kind]) => kind);
  if (secrets === undefined) return { answer };
  return { answer: redacts ? withTree(answer, tree) : answer, secrets };
}

/** What of an answer the server worded; that of a failure is the gateway's. */
function treeOf(answer: UpstreamAnswer): JsonObject | undefined {
  if (answer.kind === 'result') return answer.result;
  if (answer.kind !== 'error') return undefined;
  const { data, message } = answer.error;
  return { message, ...(data === undefined ? {} : { data }) };
}

function withTree(answer: UpstreamAnswer, tree: JsonObject): UpstreamAnswer {
  if (answer.kind !== 'error') return answer;
  const { data, error } = { data: ownProperty(tree, 'data'), error: answer.error };
  return {
    ...answer,
    error: { ...error, message: String(tree['message']), ...(data === undefined ? {} : { data }) },
  };
}

function inWords(
  seen: Sightings,
  word: (sighting: readonly [kind: string, under: string]) => string,
): string | undefined {
  return seen.size === 0 ? undefined : [...seen].map(word).sort().join(', ').slice(0, MAX_SECRETS_SEEN);
}
