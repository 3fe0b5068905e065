import {
  type Endpoints,
  NAME_LENGTH_MAX,
  nameText,
  type ProblemCode,
  ROLES,
  type Role,
} from '@boomgate/contract';
import { uuidv7 } from 'uuidv7';
import { hashToken } from '../../identity/index.ts';
import type { Claims, Provider, ProviderFault } from '../../sign-on/index.ts';
import {
  type Admitted,
  type Arrival,
  FIRST_ORGANIZATION,
  GATEWAY,
  type SessionProvider,
} from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import {
  changed,
  done,
  endedCookie,
  givenCookie,
  type HandlersOf,
  type Peer,
  type Refusal,
  refuse,
} from '../frame/index.ts';
import { openFlow, sealFlow, useUpFlow } from './flow.ts';
import { ifStill, trySignIn } from './session-answer.ts';
import { signOnAddress } from './sign-on-address.ts';

export const signOn = {
  providers: async (context) =>
    done({
      providers: context.signOn.list().map(({ id, name }) => ({ id, name })),
      requiredOf: await requiredOf(context),
    }),

  async start(context, { from, params, query }) {
    const provider = context.signOn.find(params.provider);
    if (provider === undefined) return refuse('not_found');
    const begun = await context.signOn.begin(provider, signOnAddress(context, provider.id, 'callback'));
    if (!begun.ok) return ledBack(context, from, refuseFault(context, provider, begun));
    const sealed = sealFlow(context, begun.flow, query.returnTo ?? '/');
    return done(undefined, [['location', begun.url], givenCookie(context, 'signOn', sealed)]);
  },

  async finish(context, { from, params, query }) {
    const provider = context.signOn.find(params.provider);
    if (provider === undefined) return refuse('not_found');
    const flow = openFlow(context, from.signOn);
    const isOurs = flow?.provider === provider.id && flow.state === query.state;
    if (!isOurs || !(await useUpFlow(context, flow))) return ledBack(context, from, refuse('sign_on_stale'));
    const { code, error, iss, state } = query;
    const returned = present({ code, error, iss, state });
    const redirectUri = signOnAddress(context, provider.id, 'callback');
    const finished = await context.signOn.finish(provider, { flow, returned, redirectUri });
    if (!finished.ok) return ledBack(context, from, refuseFault(context, provider, finished));
    const { claims } = finished;
    const proven = provenBy(provider, claims);
    // It may have been taken out of the file meanwhile: its word counts no more.
    if (context.people.ways.lastsMs(proven) === undefined)
      return ledBack(context, from, refuse('sign_on_stale'));
    const arrival = arrivalOf(context, { provider, claims, address: from.remote });
    const { externalIdentities } = context.store.people;
    const admitted = await externalIdentities.admit(arrival);
    if (typeof admitted === 'string') return ledBack(context, from, refuseFor(admitted));
    const memberships = await context.store.people.members.membershipsOf(admitted.person);
    const own = memberships.find(({ organization }) => organization === FIRST_ORGANIZATION) ?? memberships[0];
    if (own === undefined) return ledBack(context, from, refuseFor('no_member'));
    const before = from.session === undefined ? undefined : hashToken(from.session);
    const who = { person: admitted.person, organization: own.organization, provider: proven };
    const began = await trySignIn(context, { ...who, from }, before);
    // The directory may have closed the account meanwhile, and ended the sessions that there were.
    const counts = !(await externalIdentities.isKeptOut(arrival));
    const begun = began && (await ifStill(context, counts, began));
    if (begun?.ok !== true)
      return ledBack(context, from, refuseFor(counts ? 'no_member' : 'directory_closed'));
    const { change, headers } = begun;
    const onward = [['location', context.url() + flow.returnTo], endedCookie(context, 'signOn')] as const;
    return changed(done(undefined, [...headers, ...onward]), { ...change, after: { provider: provider.id } });
  },

  async logout(context, { body, from, params }) {
    const provider = context.signOn.find(params.provider);
    if (provider === undefined) return refuse('not_found');
    const ended = await context.signOn.ended(provider, body.logout_token);
    if (!ended.ok && ended.fault === 'busy')
      return refuse('unavailable', { headers: [['retry-after', '1']] });
    if (!ended.ok) {
      const { fault, why } = ended;
      context.log.warn({ provider: provider.id, fault, why }, 'a logout of a provider was not accepted');
      return refuse(fault === 'sign_on_refused' ? 'logout_refused' : fault);
    }
    const { message, which } = ended.logout;
    const logout = { ...which, issuer: provider.issuer, message };
    const by = { ...GATEWAY, address: from.remote };
    const sessions = await context.store.people.personSessions.endByIssuer(logout, by);
    if (sessions === 'repeated') return refuse('logout_refused');
    context.log.info({ provider: provider.id, sessions }, 'a provider ended sessions');
    return done(undefined);
  },
} satisfies HandlersOf<Endpoints['signOn']>;

const WHY = {
  email_unverified: 'the provider names no e-mail address, or does not say that it is verified',
  account_exists: 'another account has this e-mail address: sign in as before, or ask who runs the gateway',
  stranger: 'ask an admin for an invitation for the e-mail address that the provider knows',
  not_in_directory:
    'your directory has not said that you may join: it may do so within the hour, or ask who runs it',
  directory_closed: 'your directory says that your account here is closed: ask who runs it',
  no_admin: 'nobody has set the gateway up yet: ask who runs it',
  no_member: 'not a member of any organisation',
} as const satisfies Record<Extract<Admitted, string> | 'no_member', string>;

function refuseFor(why: keyof typeof WHY) {
  return { ...refuse('sign_on_refused', { detail: WHY[why] }), why };
}

/** A browser is led back to where one signs in, which says it in words of its own; by codes, so that no link puts words there. */
function ledBack<R extends Refusal<ProblemCode> & { readonly why?: keyof typeof WHY }>(
  context: ControlContext,
  { isNavigation }: Peer,
  refused: R,
) {
  if (!isNavigation) return refused;
  const { code, why } = refused;
  const told = new URLSearchParams({ problem: code, ...(why === undefined ? {} : { why }) });
  const location = [['location', `${context.url()}/sign-in?${told}`]] as const;
  return changed(done(undefined, location), undefined);
}

function refuseFault({ log }: ControlContext, { id }: Provider, { fault, why }: ProviderFault) {
  log.warn({ provider: id, fault, why }, 'a sign-in by a provider failed');
  return refuse(fault);
}

/** What a session keeps of who proved its person. */
function provenBy({ id, issuer }: Provider, { askedSecondFactor, issuerSession }: Claims): SessionProvider {
  return { id, askedSecondFactor, issuer, ...(issuerSession === undefined ? {} : { issuerSession }) };
}

/** Of whom a provider is required: of all, where no other organisation takes passwords. */
async function requiredOf({ people, store }: ControlContext): Promise<'nobody' | 'some' | 'all'> {
  const { requiresProvider } = people.ways;
  if (!requiresProvider(FIRST_ORGANIZATION)) return 'nobody';
  const all = await store.people.organizations.list();
  return all.every(({ id }) => requiresProvider(id)) ? 'all' : 'some';
}

type Arriving = { readonly provider: Provider; readonly claims: Claims; readonly address: string };

function arrivalOf({ signOn }: ControlContext, { address, claims, provider }: Arriving): Arrival {
  const { email, issuer, name, subject } = claims;
  const role = roleOf(provider, claims.groups);
  const isOfDomain = email !== undefined && provider.allowedDomains.includes(domainOf(email));
  // A directory speaks of all whom its issuer proves, by whichever provider they come.
  const directory = signOn
    .list()
    .find((one) => one.issuer === provider.issuer && one.directoryTokenHash !== undefined);
  return {
    issuer,
    subject,
    ...(email === undefined ? {} : { email }),
    newPerson: { id: uuidv7(), name: nameOf(name) ?? email ?? subject },
    memberId: uuidv7(),
    organization: FIRST_ORGANIZATION,
    organizationName: provider.name,
    mayLink: isOfDomain,
    ...(isOfDomain ? { joinsAs: role } : {}),
    ...(provider.syncsRoles ? { role } : {}),
    ...(directory === undefined ? {} : { directory: directory.id }),
    from: { via: 'dashboard', address },
  };
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1);
}

/** A name that somebody else chose, as the contract would take it. */
function nameOf(name: string | undefined): string | undefined {
  const read = nameText.safeParse(name?.slice(0, NAME_LENGTH_MAX));
  return read.success ? read.data : undefined;
}

/** Of the roles of a person's groups the one that may most, which stands first in the table. */
function roleOf({ groups, role }: Provider, own: readonly string[]): Role {
  const mapped = new Set(own.flatMap((group) => (Object.hasOwn(groups, group) ? [groups[group]] : [])));
  return ROLES.find((one) => mapped.has(one)) ?? role;
}

function present<Name extends string>(values: Readonly<Record<Name, string | undefined>>) {
  const pairs = Object.entries<string | undefined>(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(pairs) as Partial<Record<Name, string>>; // a cast: what is left has texts
}
