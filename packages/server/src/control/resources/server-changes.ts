import { type Endpoints, type InputFault, SERVER_ENTRIES_MAX } from '@boomgate/contract';
import type { Actor, ServerSecrets, StoredServer } from '../../store/index.ts';
import type { ControlContext, ServerParts } from '../context.ts';
import {
  type ApiRequest,
  actorOf,
  type Done,
  done,
  type HandlersOf,
  isMatch,
  type Refusal,
  refuse,
  tagOf,
} from '../frame/index.ts';
import { serverInForce } from './in-force.ts';
import { type ServerDetail, shownDetail, viewOf } from './server-answer.ts';
import { carriedOff, mergedParts, partsOf } from './server-parts.ts';

type Changes = Pick<Endpoints['servers'], 'create' | 'show' | 'update' | 'credentials' | 'remove'>;

/** Servers that are registered through the API. Once an answer is out, the very next request goes by it. */
export const serverChanges = {
  async create(context, { body: { slug, ...entry }, from, operator }) {
    const owner = { organization: operator.organization.id, slug };
    const view = await viewOf(context, owner);
    if (view !== undefined) return refuse(view.declared === undefined ? 'name_taken' : 'declared_by_file');
    const parts = partsOf(entry);
    const errors = faultsOf(context, owner, parts);
    if (errors.length > 0) return refuse('invalid_input', { errors });
    const made = await context.store.servers.create({ ...owner, ...parts }, actorOf(operator, from));
    if (made === 'taken') return refuse('name_taken');
    await context.reapply();
    return answered(context, made);
  },

  async show(context, { operator, params }) {
    const view = await viewOf(context, { organization: operator.organization.id, slug: params.server });
    if (view === undefined) return refuse('not_found');
    const tag = view.declared === undefined ? (view.stored?.version ?? 0) : 'file';
    return done(await shownDetail(context, view), [['etag', tagOf(tag)]]);
  },

  async update(context, request) {
    const found = await changeable(context, request);
    if (!found.ok) return found;
    const before = { entry: found.stored.entry, secrets: await secretsOf(context, found.stored) };
    const after = mergedParts(before, request.body);
    const lost = carriedOff(before, after, request.body);
    const errors = [...faultsOf(context, found.stored, after), ...lost.map((name) => askAgain(name))];
    if (errors.length > 0) return refuse('invalid_input', { errors });
    return changedTo(context, { stored: found.stored, by: actorOf(request.operator, request.from) }, after);
  },

  async credentials(context, request) {
    const found = await changeable(context, request);
    if (!found.ok) return found;
    const { env, headers, query } = request.body;
    // What cannot be opened any more is entered again, all of it.
    const before = await secretsOf(context, found.stored).catch(() => NO_SECRETS);
    const secrets = {
      headers: headers ?? before.headers,
      env: env ?? before.env,
      query: query === undefined ? before.query : writtenQuery(query),
    };
    const after = { entry: found.stored.entry, secrets };
    const errors = faultsOf(context, found.stored, after);
    if (errors.length > 0) return refuse('invalid_input', { errors });
    return changedTo(context, { stored: found.stored, by: actorOf(request.operator, request.from) }, after);
  },

  async remove(context, request) {
    const found = await changeable(context, request);
    if (!found.ok) return found;
    const by = actorOf(request.operator, request.from);
    const tellIssuer = await farewellOf(context, found.stored);
    const removed = await context.store.servers.remove(found.stored, by);
    if (removed === 'stale') return refuse('precondition_failed');
    if (removed !== 'removed') {
      const { inUse } = removed;
      const detail = `expected no active grant to name the server, found ${inUse}: revoke ${inUse === 1 ? 'it' : 'them'} first`;
      return refuse('server_in_use', { detail });
    }
    await context.reapply();
    context.later('that tokens of a removed server are not used any more', tellIssuer);
    return done(undefined);
  },
} satisfies HandlersOf<Changes>;

function farewellOf(context: ControlContext, { id, organization, slug }: StoredServer) {
  const target = serverInForce(context, organization, slug)?.target;
  const { allowPrivate = false, tls } = target?.kind === 'http' ? target : {};
  return context.serverSignIn.farewell([{ id, allowPrivate, ca: tls?.ca }]);
}

const NO_SECRETS: ServerSecrets = { headers: {}, env: {}, query: [] };

type Changing = Pick<ApiRequest<Endpoints['servers']['remove']>, 'ifMatch' | 'operator' | 'params'>;
type Changeable =
  | { readonly ok: true; readonly stored: StoredServer }
  | Refusal<'not_found' | 'declared_by_file' | 'precondition_failed'>;

/** The stored server that may be changed: it is the operator's, no file's, and as it was read. */
async function changeable(
  context: ControlContext,
  { ifMatch, operator, params }: Changing,
): Promise<Changeable> {
  const view = await viewOf(context, { organization: operator.organization.id, slug: params.server });
  if (view === undefined) return refuse('not_found');
  if (view.declared !== undefined || view.stored === undefined) return refuse('declared_by_file');
  return isMatch(ifMatch, view.stored.version)
    ? { ok: true, stored: view.stored }
    : refuse('precondition_failed');
}

async function changedTo(
  context: ControlContext,
  { by, stored }: { readonly stored: StoredServer; readonly by: Actor },
  after: ServerParts,
): Promise<Done<ServerDetail> | Refusal<'precondition_failed'>> {
  const now = await context.store.servers.change(stored, after, by);
  if (now === 'stale') return refuse('precondition_failed');
  await context.reapply();
  return answered(context, now);
}

async function answered(context: ControlContext, stored: StoredServer): Promise<Done<ServerDetail>> {
  const { organization, slug, version } = stored;
  return done(await shownDetail(context, { organization, slug, stored }), [['etag', tagOf(version)]]);
}

function secretsOf({ store }: ControlContext, stored: StoredServer): Promise<ServerSecrets> {
  return store.servers.secretsOf(stored);
}

/** Everything that keeps a server from being registered as it is. */
export function faultsOf(
  { checkServer }: ControlContext,
  owner: { readonly organization: string; readonly slug: string },
  parts: ServerParts,
): InputFault[] {
  const checked = checkServer(owner, parts);
  const faults = checked.ok ? [] : checked.faults.map((fault) => ({ in: 'body' as const, ...fault }));
  if (parts.secrets.query.length > SERVER_ENTRIES_MAX)
    faults.push({
      in: 'body',
      pointer: '/url',
      message: `expected at most ${SERVER_ENTRIES_MAX} parts of a query`,
    });
  return faults;
}

function askAgain(name: string): InputFault {
  const message =
    'expected every value again, or none: they were given for another address or program, and are not sent to this one unasked';
  return { in: 'body', pointer: `/${name}`, message };
}

function writtenQuery(query: Readonly<Record<string, string>>): ServerSecrets['query'] {
  return Object.entries(query).map(
    ([name, value]) => [encodeURIComponent(name), encodeURIComponent(value)] as const,
  );
}
