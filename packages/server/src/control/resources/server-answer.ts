import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { type KnownTool, newestOffered, type StoredServer } from '../../store/index.ts';
import { plainAddress, takesSignIn, type UnownedSettings } from '../../upstreams/index.ts';
import type { ControlContext } from '../context.ts';
import { serverInForce } from './in-force.ts';
import { momentOf } from './moments.ts';

export type ServerAnswer = AnswerOf<Endpoints['servers']['list']>['items'][number];
export type ServerDetail = AnswerOf<Endpoints['servers']['show']>;

/** A server of an organisation under its slug: the file's where both have it. */
type ServerView = {
  readonly organization: string;
  readonly slug: string;
  readonly declared?: UnownedSettings;
  readonly stored?: StoredServer;
};

export async function viewsOf(
  { declared, store }: ControlContext,
  organization: string,
): Promise<readonly ServerView[]> {
  const views = new Map<string, ServerView>();
  for (const stored of await store.servers.list(organization))
    views.set(stored.slug, { organization, slug: stored.slug, stored });
  for (const one of declared(organization).servers)
    views.set(one.slug, { organization, slug: one.slug, ...views.get(one.slug), declared: one });
  return [...views.values()].sort((one, other) => (one.slug < other.slug ? -1 : 1));
}

export async function viewOf(
  { declared, store }: ControlContext,
  owner: { readonly organization: string; readonly slug: string },
): Promise<ServerView | undefined> {
  const stored = await store.servers.find(owner);
  const one = declared(owner.organization).servers.find(({ slug }) => slug === owner.slug);
  if (stored === undefined && one === undefined) return undefined;
  return {
    ...owner,
    ...(one === undefined ? {} : { declared: one }),
    ...(stored === undefined ? {} : { stored }),
  };
}

/** What people are shown beside its slug: also of one that is not in force. */
function titleOf({ declared, stored }: ServerView): Pick<ServerAnswer, 'title'> {
  const title = declared === undefined ? stored?.entry['title'] : declared.title;
  return typeof title === 'string' ? { title } : {};
}

/** One item of the list. */
export async function shownServer(context: ControlContext, view: ServerView): Promise<ServerAnswer> {
  const { declared, organization, slug, stored } = view;
  const inForce = serverInForce(context, organization, slug);
  const now = context.upstreams.states().find(({ id }) => id === inForce?.id);
  const heldBackMs = inForce === undefined ? 0 : context.holdsBackMs(inForce.id);
  const reason = inForce === undefined ? await whyNot(context, view) : now?.reason;
  const tools = newestOffered(await context.store.tools.known({ organization, server: slug })).map(toolOf);
  return {
    slug,
    ...titleOf(view),
    origin: declared === undefined ? 'api' : 'file',
    shadowed: declared !== undefined && stored !== undefined,
    state: inForce === undefined ? (isDisabled(view) ? 'stopped' : 'failing') : (now?.state ?? 'idle'),
    ...(now?.era === undefined ? {} : { era: now.era }),
    ...(reason === undefined ? {} : { reason }),
    ...(await signInOf(context, view)),
    drift: (declared ?? inForce)?.drift ?? 'hold_execute',
    ...(heldBackMs === 0 ? {} : { heldBackUntil: momentOf(context.store.nowMs() + heldBackMs) }),
    tools: tools.sort((one, other) => (one.tool < other.tool ? -1 : 1)),
  };
}

/** One that nobody came back from yet is none; nor is one that was for another server than the file declares. */
async function signInOf(
  { store }: ControlContext,
  { declared, organization, slug, stored }: ServerView,
): Promise<Pick<ServerAnswer, 'signIn'>> {
  const found = await store.serverSignIns.findNamed(organization, slug);
  if (found === undefined || found.state === 'begun') return {};
  const { address, grant, issuer, missing, renews, scopes } = found.facts;
  const isForThis =
    declared === undefined
      ? address === plainAddress(String(stored?.entry['url'] ?? ''))
      : declared.target.kind === 'http' && takesSignIn(declared.target, address);
  if (declared !== undefined && !isForThis) return {};
  const state = isForThis ? found.state : ('needs_sign_in' as const);
  const until =
    found.endsAtMs === undefined || state !== 'connected' ? {} : { until: momentOf(found.endsAtMs) };
  const lack = missing === undefined || !isForThis ? {} : { missingScopes: [...missing] };
  return { signIn: { state, issuer, scopes: [...scopes], ...lack, grant, ...until, renews } };
}

export async function shownDetail(context: ControlContext, view: ServerView): Promise<ServerDetail> {
  const { declared, organization, slug, stored } = view;
  const id = stored?.id ?? (await context.store.servers.idFor(organization, slug));
  const base = { ...(await shownServer(context, view)), id };
  if (declared !== undefined || stored === undefined)
    return { ...base, settings: declaredSettings(declared), credentials: declaredCredentials(declared) };
  return {
    ...base,
    // A cast: the API took it by the contract's own schema.
    settings: stored.entry as ServerDetail['settings'],
    credentials: stored.credentials.map(({ changedAtMs, ...one }) => ({
      ...one,
      name: one.in === 'query' ? readable(one.name) : one.name,
      changedAt: momentOf(changedAtMs),
    })),
    createdAt: momentOf(stored.createdAtMs),
    changedAt: momentOf(stored.changedAtMs),
  };
}

/** Of a file's server no text that a variable may have come into: neither arguments nor more of the address than its origin. */
function declaredSettings(declared: UnownedSettings | undefined): ServerDetail['settings'] {
  if (declared === undefined) return {};
  const {
    argumentSecrets = 'off',
    bigNumbers,
    drift,
    era,
    holdMs,
    isolation,
    parking,
    resultSecrets = 'off',
    results = 'off',
    target,
    timeouts,
    title,
  } = declared;
  const { connectMs, firstByteMs, idleMs } = timeouts;
  const place =
    target.kind === 'stdio'
      ? { command: target.command, ...(target.bounds === undefined ? {} : { bounds: target.bounds }) }
      : { url: URL.parse(target.url)?.origin ?? '', allow_private: target.allowPrivate };
  return {
    ...(title === undefined ? {} : { title }),
    ...place,
    ...{ era, isolation, parking, drift, big_numbers: bigNumbers, results },
    ...{ argument_secrets: argumentSecrets, result_secrets: resultSecrets },
    ...(holdMs === undefined ? {} : { hold_ms: holdMs }),
    timeouts: { connect_ms: connectMs, first_byte_ms: firstByteMs, idle_ms: idleMs },
  };
}

function declaredCredentials(declared: UnownedSettings | undefined): ServerDetail['credentials'] {
  const target = declared?.target;
  if (target === undefined) return [];
  const [place, values] =
    target.kind === 'stdio' ? (['env', target.env] as const) : (['headers', target.headers] as const);
  return Object.keys(values).map((name) => ({ in: place, name }));
}

/** A file that disables a server does not declare it. */
function isDisabled({ declared, stored }: ServerView): boolean {
  return declared === undefined && stored?.entry['disabled'] === true;
}

/** Why a stored server is not in force; the log says what is wrong with it too. */
async function whyNot({ checkServer, store }: ControlContext, view: ServerView): Promise<string | undefined> {
  const { stored } = view;
  if (stored === undefined) return undefined;
  if (isDisabled(view)) return 'it is disabled in its settings: agents are refused';
  const secrets = await store.servers.secretsOf(stored).catch(() => undefined);
  if (secrets === undefined) return 'its credentials cannot be opened: enter them again';
  const checked = checkServer(stored, { entry: stored.entry, secrets });
  return checked.ok ? undefined : checked.faults.map(({ message }) => message).join('; ');
}

export function toolOf({ classification, fingerprint, firstSeenAtMs, state, tool }: KnownTool) {
  const { class: of, severity } = classification;
  return { tool, class: of, severity, state, fingerprint, firstSeenAt: momentOf(firstSeenAtMs) };
}

/** The name of a part of a query as it is meant. */
function readable(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
