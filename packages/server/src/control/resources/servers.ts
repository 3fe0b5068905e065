import type { Endpoints } from '@boomgate/contract';
import { escapeInvisible } from '@boomgate/contract/invisible';
import { newestOffered } from '../../store/index.ts';
import {
  actorOf,
  done,
  type HandlersOf,
  noted,
  noting,
  openPage,
  pageAnswer,
  refuse,
} from '../frame/index.ts';
import { serverInForce } from './in-force.ts';
import { type ServerAnswer, shownServer, toolOf, viewOf, viewsOf } from './server-answer.ts';
import { serverChanges } from './server-changes.ts';
import { serverConnections } from './server-connections.ts';
import { probed } from './server-probe.ts';

export const servers = {
  ...serverChanges,
  ...serverConnections,

  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `servers ${id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const following = (await viewsOf(context, id)).filter(({ slug }) => slug > (page.after ?? ''));
    const items: ServerAnswer[] = [];
    for (const one of following.slice(0, page.limit)) items.push(await shownServer(context, one));
    return done(pageAnswer(context, asked, { items, positionOf: ({ slug }) => slug, show: (one) => one }));
  },

  async probe(context, { operator, params }) {
    const server = serverInForce(context, operator.organization.id, params.server);
    if (server !== undefined) return done(await probed(context, server));
    const view = await viewOf(context, { organization: operator.organization.id, slug: params.server });
    if (view === undefined) return refuse('not_found');
    const { reason: problem } = await shownServer(context, view);
    return done({ state: 'failing' as const, ...(problem === undefined ? {} : { problem }) });
  },

  async restart(context, { from, operator, params }) {
    const owner = { organization: operator.organization.id, slug: params.server };
    if ((await viewOf(context, owner)) === undefined) return refuse('not_found');
    await context.store.servers.restart(owner, actorOf(operator, from));
    await context.reapply();
    return done(undefined);
  },

  async definitions(context, { operator, params, query }) {
    const owner = { organization: operator.organization.id, server: params.server };
    if (serverInForce(context, owner.organization, owner.server) === undefined) return refuse('not_found');
    const { tool } = query;
    const all = await context.store.tools.list({ ...owner, ...(tool !== undefined && { tool }) });
    if (tool !== undefined && all.length === 0) return refuse('not_found');
    const found = tool === undefined ? newestOffered(all).toReversed() : all;
    const items = found.map(({ definition, ...one }) => ({
      ...toolOf(one),
      isOffered: one.isOffered,
      definition: escapeInvisible(JSON.stringify(definition)),
    }));
    return done({ items });
  },

  async accept(context, request) {
    const { body, operator, params } = request;
    const owner = { organization: operator.organization.id, server: params.server };
    if (serverInForce(context, owner.organization, owner.server) === undefined) return refuse('not_found');
    const { tools } = context.store;
    const before = await tools.list({ ...owner, tool: body.tool });
    if (before.length === 0) return refuse('not_found');
    // Of what was shown only this counts: what the server offers meanwhile has another fingerprint.
    const shown = before.find(({ fingerprint }) => fingerprint === body.fingerprint);
    if (shown === undefined) return refuse('drift_changed');
    const last = before.find(({ state }) => state === 'accepted');
    const note = noting(request, () => ({
      target: { kind: 'tool', id: `${owner.server} ${body.tool}`, name: body.tool },
      ...(last === undefined
        ? {}
        : { before: { fingerprint: last.fingerprint, class: last.classification.class } }),
      after: { fingerprint: shown.fingerprint, class: shown.classification.class },
    }));
    if (!(await tools.accept(owner, [body], note))) return refuse('drift_changed');
    return noted(done(toolOf({ ...shown, state: 'accepted' })));
  },
} satisfies HandlersOf<Endpoints['servers']>;
