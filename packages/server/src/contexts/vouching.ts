import { mayGiveOwn, type VouchedClient, type VouchedPerson, type Vouching } from '../agent-sign-in/index.ts';
import type { GatewayOptions } from '../gateway-options.ts';
import { opens } from '../identity/index.ts';
import { askSignOn, type Live, ORGANIZATION, registryOf } from '../in-force/index.ts';
import type { Clock } from '../limits/index.ts';
import { openSignOn, type Provider, type Vouched } from '../sign-on/index.ts';
import type { GrantRecord } from '../store/index.ts';

/** By the file that is in force at each look. Providers are for the first organisation. */
export function openVouching({ proxy }: Pick<GatewayOptions, 'proxy'>, live: Live, clock: Clock): Vouching {
  const signOn = openSignOn({ providers: () => live.config.providers, ask: askSignOn(proxy), clock });
  return {
    clients: () =>
      live.config.providers.flatMap(({ agents = [], id: provider }) =>
        agents.map((client) => ({ ...client, provider })),
      ),
    async prove(client, shown) {
      const provider = signOn.find(client.provider);
      if (provider === undefined) return GONE;
      const found = await signOn.vouches(provider, { ...shown, client: client.id });
      if (!found.ok) return found;
      const { vouched } = found;
      const { id, untilMs } = vouched.message;
      return {
        ok: true,
        vouched: {
          subject: vouched.subject,
          resources: vouched.resources,
          spend: () =>
            live.store.people.spent.spend(`id-jag ${JSON.stringify([vouched.issuer, id])}`, untilMs),
          person: () => personOf(live, client, vouched),
        },
      };
    },
    grantsOf: (person, place) => grantsOf({ live, clock }, person, place),
  };
}

const GONE = { ok: false, fault: 'sign_on_refused', why: 'its provider is not declared any more' } as const;

/** A member whom the provider is known to have proven before, now, and whom its directory does not keep out. */
async function personOf(
  { config: { providers }, store }: Live,
  client: VouchedClient,
  { askedSecondFactor, issuer, subject }: Vouched,
): Promise<VouchedPerson | { readonly why: string }> {
  const { accounts, externalIdentities, members, organizations } = store.people;
  // It may have been taken out of the file meanwhile.
  if (!providers.some((one) => one.issuer === issuer && vouchesStill(one, client))) return GONE;
  const id = await externalIdentities.find(issuer, subject);
  const account = id === undefined ? undefined : await accounts.find(id);
  if (account === undefined || (await members.ofPerson(ORGANIZATION, account.id)) === undefined)
    return { why: NOBODY };
  const { email } = account;
  const directory = providers.find(
    (one) => one.issuer === issuer && one.directoryTokenHash !== undefined,
  )?.id;
  const arriving = { issuer, subject, email, organization: ORGANIZATION };
  if (directory !== undefined && (await externalIdentities.isKeptOut({ ...arriving, directory })))
    return { why: NOBODY };
  const organization = await organizations.find(ORGANIZATION);
  if (organization?.requireSecondFactor === true && !askedSecondFactor) return { why: ONE_FACTOR };
  return { id: account.id, email };
}

function vouchesStill({ agents = [], id }: Provider, client: VouchedClient): boolean {
  return id === client.provider && agents.some(({ key }) => key === client.key);
}

const NOBODY =
  'the person of the assertion is no member here whom the provider is known by: whoever is one signs in to the dashboard by the provider once';
const ONE_FACTOR =
  'the organisation requires a second factor, and the assertion does not say (amr, acr) that the provider asked for one';

/** From memory: a program may ask again and again, and a search in the store holds up calls where there are many grants. */
async function grantsOf(
  { clock, live }: { readonly live: Live; readonly clock: Clock },
  { email }: VouchedPerson,
  place: string,
): Promise<readonly GrantRecord[]> {
  const server = place === '' ? '' : registryOf(live, ORGANIZATION).servers.get(place)?.slug;
  if (server === undefined) return [];
  return live.store.grants.matching(
    (grant) =>
      grant.organization === ORGANIZATION &&
      grant.server === server &&
      grant.origin === 'minted' &&
      mayGiveOwn(email, grant) &&
      opens(grant, { server, nowMs: clock.wallMs() }),
  );
}
