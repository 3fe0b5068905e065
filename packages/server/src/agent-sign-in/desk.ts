import type { Interaction } from 'oidc-provider';
import { CLIENT_NAME_LENGTH_MAX, CONSENT_MS } from '../limits/index.ts';
import { accountOf } from './accounts.ts';
import { placeOf, SCOPE, spellingsOf } from './addresses.ts';
import { openAuthorizationServer } from './authorization-server.ts';
import type { AgentClient, AgentSignInDesk, DeskParts, WaitingAgent } from './contract.ts';
import type { AuthorizationServer } from './library.ts';
import { serve } from './serve.ts';
import { endAllSignedIn, endSignedIn, type KeptSignIn, signedInAgents, signInRecord } from './signed-in.ts';

/** Opens the authorization server when it is first asked for something. */
export function openAgentSignIn(parts: DeskParts): AgentSignInDesk {
  const { store } = parts;
  let opening: Promise<AuthorizationServer> | undefined;
  const opened = (): Promise<AuthorizationServer> => {
    // What failed once is tried again.
    opening ??= openAuthorizationServer(parts).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return {
    handle: serve(parts, opened),

    async waiting(signIn) {
      const server = await opened();
      const interaction = await pending(server.provider, signIn);
      return interaction && waitingAgent(parts, server, interaction);
    },

    async consent(signIn, { grant, person }) {
      const server = await opened();
      const { provider } = server;
      const interaction = await claimed(parts, provider, signIn);
      const agent = interaction && (await waitingAgent(parts, server, interaction));
      if (interaction === undefined || agent === undefined) return undefined;
      const accountId = accountOf(grant);
      const made = new provider.Grant({ accountId, clientId: String(interaction.params['client_id']) });
      for (const one of spellingsOf(agent.place, parts.url())) made.addResourceScope(one, SCOPE);
      const id = await made.save();
      const nowMs = store.nowMs();
      const kept: KeptSignIn = { id, grant: grant.id, client: agent.client, person, atMs: nowMs };
      await store.agentSignIns.put(signInRecord(kept, nowMs + CONSENT_MS));
      return decided(interaction, {
        login: { accountId, remember: false },
        consent: { grantId: id },
      });
    },

    async refuse(signIn) {
      const { provider } = await opened();
      const interaction = await claimed(parts, provider, signIn);
      return interaction && decided(interaction, { error: 'access_denied' });
    },

    ofGrant: (grant) => signedInAgents(store, grant),
    end: (grant, signIn) => endSignedIn(store, grant, signIn),
    endAllOf: (person, organization) => endAllSignedIn(store, person, organization),
  };
}

type Provider = AuthorizationServer['provider'];

/** A request of an agent that nobody has decided about. */
async function pending(provider: Provider, signIn: string): Promise<Interaction | undefined> {
  const interaction = await provider.Interaction.find(signIn);
  return interaction?.result === undefined ? interaction : undefined;
}

/** A request for one of all who decide about it. It is read only then: once it is saved with what was decided, it can be claimed again. */
async function claimed(
  { store }: DeskParts,
  provider: Provider,
  signIn: string,
): Promise<Interaction | undefined> {
  const isClaimed = await store.agentSignIns.useUp('Interaction', signIn);
  return isClaimed ? pending(provider, signIn) : undefined;
}

async function decided(
  interaction: Interaction,
  result: NonNullable<Interaction['result']>,
): Promise<{ readonly returnTo: string }> {
  interaction.result = result;
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1_000));
  return { returnTo: interaction.returnTo };
}

async function waitingAgent(
  { url }: DeskParts,
  { library, provider }: AuthorizationServer,
  { params }: Interaction,
): Promise<WaitingAgent | undefined> {
  const { client_id: clientId, redirect_uri: redirectUri, resource } = params;
  // In both spellings of one address.
  const [address] = [resource].flat();
  const place = placeOf(String(address), url());
  const client = await provider.Client.find(String(clientId)).catch((error: unknown) => {
    // A document may be gone by now, or describe nobody any more.
    if (error instanceof library.errors.OIDCProviderError) return undefined;
    throw error;
  });
  if (place === undefined || client === undefined) return undefined;
  const { protocol, hostname } = new URL(String(redirectUri));
  const described: AgentClient = {
    ...(client.clientName === undefined ? {} : { name: client.clientName.slice(0, CLIENT_NAME_LENGTH_MAX) }),
    ...(isDescribedAt(client.clientId) ? { document: client.clientId } : {}),
    returnsTo: /^https?:$/.test(protocol) ? `${protocol}//${hostname}` : protocol,
  };
  return { client: described, place };
}

/** Ids that the gateway gave are no addresses. */
const isDescribedAt = (clientId: string): boolean => /^https:\/\//i.test(clientId);
