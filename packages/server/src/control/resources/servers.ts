import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { type KnownTool, withoutControls } from '../../store/index.ts';
import type { ControlContext, Declared } from '../context.ts';
import { changed, done, type HandlersOf, openPage, pageAnswer, refuse } from '../frame/index.ts';
import { momentOf } from './moments.ts';

type ServerAnswer = AnswerOf<Endpoints['servers']['list']>['items'][number];
type DeclaredServer = Declared['servers'][number];

export const servers = {
  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `servers ${id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const following = context.declared(id).servers.filter(({ slug }) => slug > (page.after ?? ''));
    const wanted = [...following].sort((one, other) => (one.slug < other.slug ? -1 : 1)).slice(0, page.limit);
    const items: ServerAnswer[] = [];
    for (const one of wanted) items.push(await shown(context, id, one));
    return done(pageAnswer(context, asked, { items, positionOf: ({ slug }) => slug, show: (one) => one }));
  },

  async definitions(context, { operator, params, query }) {
    const owner = { organization: operator.organization.id, server: params.server };
    if (!isDeclared(context, owner)) return refuse('not_found');
    const found = await context.store.tools.list({ ...owner, tool: query.tool });
    if (found.length === 0) return refuse('not_found');
    const items = found.map(({ definition, ...one }) => ({
      ...toolOf(one),
      isOffered: one.isOffered,
      definition: withoutControls(JSON.stringify(definition)),
    }));
    return done({ items });
  },

  async accept(context, { body, operator, params }) {
    const owner = { organization: operator.organization.id, server: params.server };
    if (!isDeclared(context, owner)) return refuse('not_found');
    const { tools } = context.store;
    const before = await tools.list({ ...owner, tool: body.tool });
    if (before.length === 0) return refuse('not_found');
    // Of what was shown only this counts: what the server offers meanwhile has another fingerprint.
    const shown = before.find(({ fingerprint }) => fingerprint === body.fingerprint);
    if (shown === undefined || !(await tools.accept(owner, [body]))) return refuse('drift_changed');
    const facts = { fingerprint: shown.fingerprint, class: shown.classification.class };
    const last = before.find(({ state }) => state === 'accepted');
    return changed(done(toolOf({ ...shown, state: 'accepted' })), {
      target: { kind: 'tool', id: `${owner.server} ${body.tool}`, name: body.tool },
      ...(last === undefined
        ? {}
        : { before: { fingerprint: last.fingerprint, class: last.classification.class } }),
      after: facts,
    });
  },
} satisfies HandlersOf<Endpoints['servers']>;

function isDeclared(
  { declared }: ControlContext,
  { organization, server }: { readonly organization: string; readonly server: string },
): boolean {
  return declared(organization).servers.some(({ slug }) => slug === server);
}

async function shown(
  { store, upstreams }: ControlContext,
  organization: string,
  { drift, slug }: DeclaredServer,
): Promise<ServerAnswer> {
  const now = upstreams.states().find(({ server }) => server === slug);
  const known = await store.tools.known({ organization, server: slug });
  // Of several definitions of a tool the newest comes first.
  const newest = new Map(known.toReversed().map((one) => [one.tool, one]));
  const tools = [...newest.values()].filter(({ isOffered }) => isOffered).map(toolOf);
  return {
    slug,
    state: now?.state ?? 'idle',
    ...(now?.era === undefined ? {} : { era: now.era }),
    ...(now?.reason === undefined ? {} : { reason: now.reason }),
    drift,
    tools: tools.sort((one, other) => (one.tool < other.tool ? -1 : 1)),
  };
}

function toolOf({ classification, fingerprint, firstSeenAtMs, state, tool }: KnownTool) {
  const { class: of, severity } = classification;
  return { tool, class: of, severity, state, fingerprint, firstSeenAt: momentOf(firstSeenAtMs) };
}
