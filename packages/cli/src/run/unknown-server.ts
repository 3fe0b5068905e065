import { declaredNames } from '@boomgate/server/declared-names';
import { ORGANIZATION, type Store } from '@boomgate/server/stored';
import type { Facts } from '../facts.ts';
import type { ConnectPlan, ConnectSignInPlan } from '../plan/index.ts';
import { closest } from '../suggest.ts';
import { findConfig } from './config-file.ts';
import { someOf } from './some-names.ts';

const MORE =
  'one that is new in the configuration file is known in the folder of that file, or once the gateway runs with it; those of another gateway are taken with --url ADDRESS';

type AtHand = { readonly facts: Facts; readonly store: Store | undefined };

/**
 * Why a server that was named cannot be connected: the gateway at hand has none of this name, so that agents would be refused. Of a
 * gateway elsewhere, or where nothing here knows any server, nothing is said.
 */
export async function unknownServer(
  { server, serverKnown, url }: ConnectPlan | ConnectSignInPlan,
  { facts, store }: AtHand,
): Promise<string | undefined> {
  if (!serverKnown || server === '') return undefined;
  if (url !== undefined && url !== (await store?.gatewayAddress.last())) return undefined;
  const known = [...(await declaredHere(facts)), ...((await store?.servers.slugs(ORGANIZATION)) ?? [])];
  // Those of other organisations too: whoever runs the gateway may print for all of them.
  const stored = (await store?.servers.list()) ?? [];
  if (known.length + stored.length === 0 || known.includes(server)) return undefined;
  if (stored.some(({ slug }) => slug === server)) return undefined;
  const names = [...new Set(known)].sort();
  const near = closest(server, names);
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
  return `expected the name of a server, found ${JSON.stringify(server)}${hint}; known: ${someOf(names)}; ${MORE}`;
}

async function declaredHere(facts: Facts): Promise<readonly string[]> {
  const path = findConfig(facts);
  if (path === undefined) return [];
  const declared = await declaredNames(path);
  return declared.ok ? declared.servers : [];
}
