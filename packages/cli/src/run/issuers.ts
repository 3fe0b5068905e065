import { askSignOn, farewell, isAtSpecialAddress, type Left } from '@boomgate/server';
import type { Store, StoredServer } from '@boomgate/server/stored';
import { visible } from '../terminal/index.ts';
import type { World } from '../world.ts';

/** Reads the tokens of servers of an organisation; the answer tells their authorization servers that they are not used any more. */
export async function farewellOf(
  store: Store,
  organization: string,
  { facts, output }: World,
): Promise<() => Promise<void>> {
  const servers = await store.servers.list(organization);
  const slugs = new Map(servers.map(({ id, slug }) => [id, slug]));
  const warn = ({ server, why }: { readonly server: string; readonly why: string }) =>
    output.note(visible(`The tokens for ${slugs.get(server) ?? server} could not be revoked: ${why}`));
  const options = { store, ask: askSignOn(facts.proxy), isAtSpecialAddress, warn };
  return farewell(options, servers.filter(({ signedInAtMs }) => signedInAtMs !== undefined).map(leftOf));
}

/** What its entry says, as the gateway took it. */
function leftOf({ entry, id }: StoredServer): Left {
  const tls = entry['tls'];
  const ca = typeof tls === 'object' && tls !== null && 'ca' in tls ? tls.ca : undefined;
  return { id, allowPrivate: entry['allow_private'] === true, ca: typeof ca === 'string' ? ca : undefined };
}
