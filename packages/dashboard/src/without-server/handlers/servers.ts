import { done, type Handlers, pageOf, refuse } from '../reply.ts';
import type { WorldTool } from '../world/index.ts';
import { note } from './noted.ts';

/** As lists show it: without its definition. */
function shown({ class: of, fingerprint, firstSeenAt, severity, state, tool }: WorldTool) {
  return { tool, class: of, severity, state, fingerprint, firstSeenAt };
}

export const servers: NonNullable<Handlers['servers']> = {
  list: (world, { query }) =>
    pageOf(
      world.servers.map(({ slug, tools }) => ({
        slug,
        origin: 'file' as const,
        shadowed: false,
        state: 'ready' as const,
        era: 'modern' as const,
        drift: 'hold_execute' as const,
        tools: tools.map(shown),
      })),
      query,
    ),
  definitions: (world, { params, query }) => {
    const server = world.servers.find(({ slug }) => slug === params.server);
    if (server === undefined) return refuse('not_found');
    const known = server.tools.filter(({ tool }) => query.tool === undefined || tool === query.tool);
    return done({
      items: known.map((one) => ({ ...shown(one), isOffered: one.isOffered, definition: one.definition })),
    });
  },
  accept: (world, { body, params }) => {
    const server = world.servers.find(({ slug }) => slug === params.server);
    const at = server?.tools.findIndex(({ tool }) => tool === body.tool) ?? -1;
    const before = server?.tools[at];
    if (server === undefined || before === undefined) return refuse('not_found');
    if (before.fingerprint !== body.fingerprint) return refuse('drift_changed');
    const after: WorldTool = { ...before, state: 'accepted' };
    server.tools[at] = after;
    note(world, 'tool.accepted', { kind: 'tool', id: `${server.slug}/${after.tool}`, name: after.tool });
    return done(shown(after));
  },
};
