import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
  type OAuthClientProvider,
} from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Browser } from './oidc.ts';
import { expectOk, type Office, type Somebody } from './people.ts';
import { newVisitor, type Visitor } from './visitor.ts';

export const CALLBACK = 'http://127.0.0.1:33418/callback';

export type Tokens = { access_token: string; refresh_token?: string; expires_in?: number; scope?: string };

/** What a program keeps of its sign-in, as the official clients ask for it. */
export class AgentMemory {
  readonly redirectUrl: string;
  readonly clientMetadata: object;
  client: { client_id: string } | undefined;
  kept: Tokens | undefined;
  /** Where the browser of its person is sent. */
  sentTo: URL | undefined;
  #verifier = '';
  #discovered: unknown;

  /** A public client, as most are: without a secret. */
  constructor(redirectUrl = CALLBACK) {
    this.redirectUrl = redirectUrl;
    this.clientMetadata = {
      client_name: 'Agent of the tests',
      redirect_uris: [redirectUrl],
      token_endpoint_auth_method: 'none',
    };
  }

  clientInformation = () => this.client;
  saveClientInformation = (client: { client_id: string }): void => {
    this.client = client;
  };
  tokens = () => this.kept;
  saveTokens = (tokens: Tokens): void => {
    this.kept = tokens;
  };
  redirectToAuthorization = (url: URL): void => {
    this.sentTo = url;
  };
  saveDiscoveryState = (state: unknown): void => {
    this.#discovered = state;
  };
  discoveryState = (): unknown => this.#discovered;
  saveCodeVerifier = (verifier: string): void => {
    this.#verifier = verifier;
  };
  codeVerifier = (): string => this.#verifier;
}

export type Generation = 'client 2.x' | 'sdk 1.x';
export const GENERATIONS: readonly Generation[] = ['client 2.x', 'sdk 1.x'];

/** An official client that signs in by itself, before or after it has. */
export function signingAgent(generation: Generation, endpoint: string, memory: AgentMemory) {
  const url = new URL(endpoint);
  // Casts: what the memory does not know are optional members, which `exactOptionalPropertyTypes` tells apart from undefined ones.
  const authProvider = memory as unknown as OAuthClientProvider;
  if (generation === 'sdk 1.x') {
    const client = new LegacyClient({ name: 'agent', version: '1' });
    const transport = new LegacyTransport(url, { authProvider: authProvider as never });
    return {
      connect: () => client.connect(transport as Parameters<typeof client.connect>[0]),
      finish: (back: URL) => transport.finishAuth(back.searchParams.get('code') ?? ''),
      end: () => transport.terminateSession(),
      client,
    };
  }
  const client = new ModernClient({ name: 'agent', version: '1' });
  const transport = new ModernTransport(url, { authProvider });
  return {
    connect: () => client.connect(transport),
    finish: (back: URL) => transport.finishAuth(back.searchParams),
    end: () => transport.terminateSession(),
    client,
  };
}

/** A folder in which the gateway finds a dashboard, without which no agent signs in. */
export async function dashboardFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'boomgate-dashboard-'));
  await writeFile(join(path, 'index.html'), '<!doctype html><title>dashboard of the tests</title>');
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The browser of a person, after an agent has sent it to the gateway. */
export type Asked = {
  readonly browser: Browser;
  /** The id of what waits in it. */
  readonly signIn: string;
  /** The same browser, as the person's. */
  readonly as: (who: Somebody) => Visitor;
};

export async function openInBrowser(
  { gateway }: Office,
  sentTo: URL | undefined,
  browser = new Browser(),
): Promise<Asked> {
  const page = `${gateway.url}/agent-sign-in/`;
  const at = await browser.follow(String(sentTo), (address) => address.startsWith(page));
  return {
    browser,
    signIn: at.slice(page.length),
    as: ({ cookie, csrf }) =>
      newVisitor({
        url: gateway.url,
        cookie: `${cookie}; ${browser.cookiesFor(gateway.url)}`,
        ...(csrf === undefined ? {} : { csrf }),
      }),
  };
}

/** Consents with a grant, and follows the browser to where the agent waits for it. */
export async function consented(
  asked: Asked,
  who: Somebody,
  { grant, callback = CALLBACK }: { readonly grant: string; readonly callback?: string },
): Promise<URL> {
  const { client } = asked.as(who);
  const { returnTo } = expectOk(
    await client.agentSignIns.consent({ params: { signIn: asked.signIn }, body: { grant } }),
  );
  return new URL(await asked.browser.follow(returnTo, (address) => address.startsWith(callback)));
}
