import type { KoaContextWithOIDC } from 'oidc-provider';
import type { GrantRecord } from '../store/index.ts';
import { AUTHORIZATION_SERVER, placeOf, SCOPE } from './addresses.ts';
import { ASSERTION_GRANT } from './assertion-names.ts';
import { keyIn } from './bound.ts';
import type { DeskParts, Vouched, VouchedClient, VouchedPerson } from './contract.ts';
import type { AuthorizationServer, Library } from './library.ts';
import { endSignIn } from './signed-in.ts';
import { accessFor, standingOf } from './unattended.ts';
import { Unreached } from './unreached.ts';

type Inside = AuthorizationServer & { readonly parts: DeskParts };

/** Has the token endpoint take assertions of providers, where a client comes that the file declares with one. */
export function takeAssertions(parts: DeskParts, server: AuthorizationServer): void {
  const inside = { ...server, parts };
  const handler = async (context: KoaContextWithOIDC): Promise<void> => {
    const client = clientOf(inside, context);
    let vouched: Vouched | undefined;
    try {
      vouched = await proven(inside, client, context);
      await answerVouched(inside, context, { client, vouched });
    } catch (error) {
      if (error instanceof server.library.errors.OIDCProviderError) {
        const { error: code, error_description: why } = error;
        const { id, provider } = client;
        const address = parts.senderOf(context.req);
        parts.log.warn(
          { address, client: id, provider, subject: vouched?.subject, error: code, why },
          'an agent got no access by its provider',
        );
      }
      throw error;
    }
  };
  server.provider.registerGrantType(ASSERTION_GRANT, handler, ['assertion', 'resource', 'scope', 'grant']);
}

/** It is authenticated by now. Whoever registered by themselves is none: the provider could not mean them. */
function clientOf({ library, parts }: Inside, { oidc }: KoaContextWithOIDC): VouchedClient {
  const declared = parts.vouching.clients().find(({ id }) => id === oidc.client?.clientId);
  if (declared === undefined)
    throw refusal(library, 'unauthorized_client', 'no provider vouches for this client');
  return declared;
}

/** Its address → its person → their one grant for it → spent → access, if they are still there. */
async function answerVouched(
  inside: Inside,
  context: KoaContextWithOIDC,
  { client, vouched }: { readonly client: VouchedClient; readonly vouched: Vouched },
): Promise<void> {
  const { library, parts } = inside;
  const { grant: name, resource } = context.oidc.params ?? {};
  // Before the assertion is spent: who is told to come again comes with the same one.
  const boundTo = keyIn(inside, context);
  const place = addressOf(inside, vouched, resource);
  const person = await personOf(inside, vouched);
  const grant = await chosen(inside, { person, place, name });
  if (!(await vouched.spend()))
    throw refusal(
      library,
      'invalid_grant',
      'the assertion was shown before: ask the provider for another one',
    );
  const standing = await standingOf(parts, {
    grant,
    key: ['vouched', client.id, person.id],
    actor: {
      ...{ kind: 'person', id: person.id, name: person.email, via: 'api' },
      address: parts.senderOf(context.req),
    },
    shown: { client: { name: client.id }, provider: client.provider },
    besides: { person: person.email, by: client.key },
  });
  const given = await accessFor(inside, context, { grant, standing, gty: ASSERTION_GRANT, boundTo });
  // Whoever took them out meanwhile, or gave them another address, may not have seen this sign-in.
  await stillThere(inside, vouched, person).catch(async (error: unknown) => {
    await endSignIn(parts.store, standing.id);
    throw error;
  });
  context.body = given;
}

async function proven(
  { library, parts }: Inside,
  client: VouchedClient,
  { oidc: { params } }: KoaContextWithOIDC,
): Promise<Vouched> {
  const token = params?.['assertion'];
  if (typeof token !== 'string') throw refusal(library, 'invalid_request', 'expected an assertion');
  const audience = `${parts.url()}${AUTHORIZATION_SERVER}`;
  const found = await parts.vouching.prove(client, { token, audience, scope: SCOPE });
  if (found.ok) return found.vouched;
  if (found.fault === 'provider_unavailable') {
    const cause = new Unreached('the provider of the assertion', found.why);
    throw new library.errors.CustomOIDCProviderError('temporarily_unavailable', found.why, { cause });
  }
  throw refusal(library, 'invalid_grant', `the assertion is not taken: ${found.why}`);
}

/** The one place that the assertion is for, and that was asked for, if one was. */
function addressOf({ library, parts }: Inside, { resources }: Vouched, asked: unknown): string {
  const url = parts.url();
  const wanted = asked === undefined ? [] : [asked].flat().map(String);
  const [place, ...others] = new Set([...resources, ...wanted].map((one) => placeOf(one, url)));
  if (place === undefined || others.length > 0)
    throw refusal(
      library,
      'invalid_target',
      `expected the assertion to be for one address (resource), ${url}/mcp-oauth/SERVER/, and for the one that is asked for`,
    );
  return place;
}

async function personOf({ library }: Inside, vouched: Vouched): Promise<VouchedPerson> {
  const person = await vouched.person();
  if ('why' in person) throw refusal(library, 'invalid_grant', person.why);
  return person;
}

async function stillThere(inside: Inside, vouched: Vouched, before: VouchedPerson): Promise<void> {
  const { email, id } = await personOf(inside, vouched);
  if (email !== before.email || id !== before.id)
    throw refusal(inside.library, 'invalid_grant', 'the person of the assertion has another account by now');
}

type Asked = { readonly person: VouchedPerson; readonly place: string; readonly name: unknown };

/** Nobody chose one: of several none is meant, unless the request names it. */
async function chosen({ library, parts }: Inside, { name, person, place }: Asked): Promise<GrantRecord> {
  const all = await parts.vouching.grantsOf(person, place);
  const [first, ...others] = all.filter((grant) => name === undefined || grant.name === name);
  if (first === undefined)
    throw refusal(
      library,
      'invalid_target',
      'no grant for this address is for the person of the assertion: an admin mints one with them as its owner, and lets its owner sign agents in with it',
    );
  if (others.length === 0) return first;
  const names = [first, ...others].map((grant) => grant.name).join(', ');
  throw refusal(
    library,
    'invalid_target',
    `expected one grant for this address with which its owner may sign agents in, or "grant" to say which of these is meant: ${names}`,
  );
}

function refusal({ errors }: Library, code: string, description: string): Error {
  return new errors.CustomOIDCProviderError(code, description);
}
