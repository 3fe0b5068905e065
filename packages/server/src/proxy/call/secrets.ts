import type { JsonObject } from '@boomgate/engine';
import { MAX_SECRETS_SEEN } from '../../limits/index.ts';
import { lookForSecrets } from '../../secrets/index.ts';
import type { DecisionRow } from '../../store/index.ts';
import type { SecretsSeen } from '../../telemetry/index.ts';
import type { AgentRequest } from '../request.ts';

/** Where the newest revision has an agent's answers to what a server asked. */
export const ANSWERS = 'inputResponses';

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

/** Tells of a request whose row stands; what waits for a person is not sent yet. */
export function tellOfRow(request: AgentRequest, { forwarded, outcome, secrets }: DecisionRow): void {
  if (!forwarded && outcome === 'approve') return;
  tellOf(request, { where: 'request', secrets, became: forwarded ? 'passed_on' : 'refused' });
}

type Told = Pick<SecretsSeen, 'became' | 'where'> & { readonly secrets: string | undefined };

export function tellOf({ context, grant, server }: AgentRequest, { secrets, ...more }: Told): void {
  if (secrets === undefined) return;
  const { id, name, organization } = grant;
  const of = { organization, grant: { id, name }, server: server.slug };
  context.telemetry.meter.secretsSeen({ ...of, ...more, secrets });
}

/** The secrets in what an agent sends, each with its place. */
export async function placesIn({ grant }: AgentRequest, sent: JsonObject): Promise<readonly string[]> {
  const seen = await lookForSecrets(sent, { who: grant.id, redacts: false });
  return [...seen].map(([kind, under]) => `${kind} in ${under}`);
}

export function inWords(seen: readonly string[]): string | undefined {
  return seen.length === 0 ? undefined : [...new Set(seen)].sort().join(', ').slice(0, MAX_SECRETS_SEEN);
}
