import {
  type Config,
  type Coverage,
  coverageOf,
  type DeclaredServer,
  type GatewayPlace,
  type GrantBook,
  type GrantRecord,
  hashToken,
  type Link,
  linkOf,
  loadConfig,
  ORGANIZATION,
} from '@boomgate/server';
import { DEFAULT_URL } from '../endpoint.ts';
import type { Facts } from '../facts.ts';
import type { Place } from '../plan/index.ts';
import type { World } from '../world.ts';
import { findConfig } from './config-file.ts';
import { openIfThere } from './store.ts';
import { readTextFile } from './text-file.ts';

/** What the gateway's files say, and what follows for a declared server. */
export type Book = AsyncDisposable & {
  readonly config: Config | undefined;
  /** Undefined for a server that is reached directly. */
  readonly link: (server: DeclaredServer) => Link | undefined;
  readonly coverage: (link: Link) => Promise<Coverage>;
};

type BookPlan = Place & { readonly config?: string; readonly url: string };

/** Reads grants and policies. What cannot be read leaves servers uncovered, with the reason. */
export async function openBook(plan: BookPlan, { facts }: World): Promise<Book> {
  const loaded = await configOf(plan, facts);
  const config = 'problem' in loaded ? undefined : loaded.config;
  const store = await openIfThere(plan, facts);
  const declared = declaredGrants(config);
  const stored = (await store?.grants.list()) ?? [];
  // Grants of the file are what the file says now, once it could be read.
  const minted = stored.filter(({ origin }) => origin !== 'file' || config === undefined);
  const grants = [...minted, ...declared.values()];
  const byHash = (hash: string) => declared.get(hash) ?? store?.grants.findByTokenHash(hash);
  const book: GrantBook = {
    grants,
    policies: 'problem' in loaded ? loaded : new Set(loaded.config.policies.map(({ name }) => name)),
    servers: new Set(config?.servers.map(({ slug }) => slug)),
    nowMs: facts.nowMs,
  };
  const gateway: GatewayPlace = { url: plan.url, defaultUrl: DEFAULT_URL, entry: facts.program.entry };
  return {
    config,
    link: (server) => linkOf(server, gateway, facts.env),
    async coverage(link) {
      const token = await tokenOf(link);
      const grant = token === undefined ? undefined : (byHash(hashToken(token)) ?? 'unknown token');
      return coverageOf(link, grant, book);
    },
    [Symbol.asyncDispose]: async () => store?.[Symbol.asyncDispose](),
  };
}

async function configOf(
  plan: BookPlan,
  facts: Facts,
): Promise<{ readonly config: Config } | { readonly problem: string }> {
  const path = plan.config ?? findConfig(facts);
  if (path === undefined)
    return { problem: 'no configuration file of the gateway was found; name it with --config' };
  const loaded = await loadConfig({ path, environment: facts.env, allowPrivate: true });
  return loaded.ok ? loaded : { problem: `the configuration has problems: ${loaded.problems[0] ?? ''}` };
}

/** Grants of the configuration by the hash of their token, also when no gateway has taken them up yet. */
function declaredGrants(config: Config | undefined): ReadonlyMap<string, GrantRecord> {
  return new Map(
    (config?.grants ?? []).map(({ tokenHash, ...grant }) => [
      tokenHash,
      {
        ...grant,
        id: `file:${grant.name}`,
        organization: ORGANIZATION,
        origin: 'file',
        state: 'active',
        createdAtMs: 0,
      },
    ]),
  );
}

async function tokenOf({ token }: Link): Promise<string | undefined> {
  if (token.from === 'text') return token.text;
  if (token.from === 'unknown') return undefined;
  const read = await readTextFile(token.path);
  return read.ok ? read.value.trim() : undefined;
}
