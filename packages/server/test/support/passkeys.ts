import { type Authenticator, type Change, newAuthenticator } from './authenticator.ts';
import { expectOk, PASSWORD, type Somebody } from './people.ts';
import type { Visitor } from './visitor.ts';

type Client = Visitor['client'];

/** What a person sends to add the passkey of a device. */
export async function passkeyOf(
  { client }: Pick<Somebody, 'client'>,
  { change, device }: { readonly device: Authenticator; readonly change?: Change },
) {
  const { options, state } = expectOk(await client.passkeys.begin({ body: { password: PASSWORD } }));
  return { name: 'laptop', state, credential: device.create(options, change) };
}

/** A device, and the id of its passkey, which this person has now. */
export async function withPasskey(who: Somebody, url: string) {
  const device = newAuthenticator(url);
  const { id } = expectOk(await who.client.passkeys.add({ body: await passkeyOf(who, { device }) }));
  return { device, id };
}

/** What a browser sends to sign in with a device. */
export async function signInWith(client: Client, device: Authenticator, change: Change = {}) {
  const { options, state } = expectOk(await client.passkeys.beginSignIn({ body: {} }));
  return { state, credential: device.get(options, change) };
}
