import { getCACertificates } from 'node:tls';
import type { Ask } from '../sign-on/index.ts';
import type { Store } from '../store/index.ts';
import type { TokenPlace } from '../upstreams/index.ts';
import type { KeptTokens } from './contract.ts';
import type { Asking } from './discover.ts';
import { revoke } from './grants.ts';
import { guarded } from './guarded.ts';

/** How authorization servers are reached. */
export type AskingOptions = {
  readonly ask: Ask;
  /** Whether a host is at special addresses alone. */
  readonly isAtSpecialAddress: (hostname: string) => Promise<boolean>;
};

export type Place = Pick<TokenPlace, 'address' | 'allowPrivate' | 'ca'>;

/**
 * A server that may be at a private address takes authorization servers along only when it is at one. Its authorities are trusted beside
 * the system's, as it may trust an authorization server of the internet.
 */
export async function askingFor(
  options: AskingOptions,
  { address, allowPrivate, ca }: Place,
): Promise<Asking> {
  const tls = ca === undefined ? undefined : { ca: [...getCACertificates(), ca].join('\n') };
  const ask: Ask = (request) => options.ask({ tls, ...request });
  const isPrivate = allowPrivate && (await options.isAtSpecialAddress(new URL(address).hostname));
  return { ask, allowPrivate: isPrivate };
}

/** A server by its id, with what its settings say of how its authorization server is reached. */
export type Left = { readonly id: string } & Pick<Place, 'allowPrivate' | 'ca'>;

type FarewellOptions = AskingOptions & {
  readonly store: Pick<Store, 'serverSignIns'>;
  readonly warn: (fields: { readonly server: string; readonly why: string }) => void;
};

/**
 * Reads the tokens of servers that are about to be removed; the answer tells the authorization servers that nobody uses them any more,
 * each once and within the time of one request. Neither rejects: what cannot be opened or told is left, and warned of.
 */
export async function farewell(
  options: FarewellOptions,
  servers: readonly Left[],
): Promise<() => Promise<void>> {
  const kept = await Promise.all(
    servers.map(async (server) => ({ server, secret: await secretOf(options, server) })),
  );
  return async () => {
    await Promise.all(
      kept.map(async ({ secret, server }) => {
        const why = secret === undefined ? undefined : await tellOf(options, server, secret);
        if (why !== undefined) options.warn({ server: server.id, why });
      }),
    );
  };
}

async function secretOf({ store, warn }: FarewellOptions, { id }: Left): Promise<string | undefined> {
  try {
    return (await store.serverSignIns.tokensOf(id))?.secret;
  } catch (error) {
    warn({ server: id, why: String(error) });
    return undefined;
  }
}

async function tellOf(
  options: AskingOptions,
  { allowPrivate, ca }: Left,
  secret: string,
): Promise<string | undefined> {
  try {
    const tokens = JSON.parse(secret) as KeptTokens; // a cast: only this room writes what is sealed there
    const asking = await askingFor(options, { address: tokens.resource, allowPrivate, ca });
    return (await guarded(() => revoke(tokens, asking)))?.why;
  } catch (error) {
    return String(error);
  }
}
