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
  const known = new Map(servers.map((one) => [one.id, one]));
  const warn = ({ server, why }: { readonly server: string; readonly why: string }) => {
    const of = known.get(server);
    output.note(visible(`The tokens for ${of?.slug ?? server} could not be revoked: ${why}`));
    if (of !== undefined && !leftOf(of).allowPrivate) output.note(PUBLIC_ALONE);
  };
  const options = { store, ask: askSignOn(facts.proxy), isAtSpecialAddress, warn };
  return farewell(options, servers.filter(({ signedInAtMs }) => signedInAtMs !== undefined).map(leftOf));
}

/** The command does not know where the gateway listens, which may reach private addresses for that alone. */
const PUBLIC_ALONE =
  'This command reaches an authorization server at a private address only where the settings\nof the server have allow_private. Revoke them there yourself, or let them run out.';

/** What its entry says, as the gateway took it. */
function leftOf({ entry, id }: StoredServer): Left {
  const tls = entry['tls'];
  const ca = typeof tls === 'object' && tls !== null && 'ca' in tls ? tls.ca : undefined;
  return { id, allowPrivate: entry['allow_private'] === true, ca: typeof ca === 'string' ? ca : undefined };
}
