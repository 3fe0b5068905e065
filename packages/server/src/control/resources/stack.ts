import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { type GrantRecord, membersOf, policyFor } from '../../store/index.ts';
import type { ServerSettings } from '../../upstreams/index.ts';
import type { ControlContext } from '../context.ts';
import { done, type HandlersOf, openPage, pageAnswer } from '../frame/index.ts';
import { serversInForce } from './in-force.ts';
import { offeredTools } from './offered-tools.ts';
import { isUncovered, reachOf } from './reach.ts';
import { viewsOf } from './server-answer.ts';
import { gradeOf } from './stack-grade.ts';
import { refusedText, register } from './stack-register.ts';

type StackServer = AnswerOf<Endpoints['stack']['read']>['items'][number];
type Door = StackServer['doors'][number];

export const stack = {
  async read(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `stack ${id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const wanted = serversInForce(context, id)
      .filter(({ slug }) => slug > (page.after ?? ''))
      .slice(0, page.limit);
    const grants = await openGrants(context, id);
    const items: StackServer[] = [];
    for (const server of wanted) items.push(await shownStack(context, server, grants));
    return done(pageAnswer(context, asked, { items, positionOf: ({ slug }) => slug, show: (one) => one }));
  },

  async preview(context, { body, operator }) {
    // Also those that are registered and not in force: their names are taken.
    const views = await viewsOf(context, operator.organization.id);
    const read = context.preview(body.text, new Set(views.map(({ slug }) => slug)));
    if (!('problem' in read)) return done(read);
    return refusedText(read.problem);
  },

  register,
} satisfies HandlersOf<Endpoints['stack']>;

/** Those that agents can use now. */
export async function openGrants(
  { clock, store }: ControlContext,
  organization: string,
): Promise<readonly GrantRecord[]> {
  const nowMs = clock.wallMs();
  return (await store.grants.list()).filter(
    (grant) =>
      grant.organization === organization &&
      grant.state === 'active' &&
      (grant.expiresAtMs ?? Number.POSITIVE_INFINITY) > nowMs,
  );
}

async function shownStack(
  context: ControlContext,
  server: ServerSettings,
  grants: readonly GrantRecord[],
): Promise<StackServer> {
  const { doors, tools, uncovered } = await reachedTools(context, server, grants);
  const classes: StackServer['classes'] = {};
  for (const { class: of } of tools) classes[of] = (classes[of] ?? 0) + 1;
  const grade = await gradeOf(context.store, server);
  return {
    ...(server.title === undefined ? {} : { title: server.title }),
    ...{ slug: server.slug, doors, classes, tools, uncovered: uncovered.map(({ tool }) => tool) },
    ...(grade === undefined ? {} : { grade }),
  };
}

/** What a server offers and by which grants it can be called; `uncovered` are those with nothing in between. */
export async function reachedTools(
  context: ControlContext,
  server: ServerSettings,
  grants: readonly GrantRecord[],
): Promise<
  Pick<StackServer, 'tools'> & { readonly doors: Door[]; readonly uncovered: StackServer['tools'] }
> {
  const { organization, slug } = server;
  const { policies } = context.inForce(organization);
  const open = doorsOf(grants, slug);
  const deciding = open.map(({ policy }) => policyFor(policies, { policy, server: slug }));
  const doors = open.map((door, at): Door => {
    const version = deciding[at]?.version;
    return version === undefined ? door : { ...door, version };
  });
  const offered = await offeredTools(context.store, { organization, server: slug });
  const tools = offered.map(({ evidence: _, ...tool }) => ({
    ...tool,
    reach: deciding.map((policy, door) => ({ door, ...reachOf(policy?.compiled, tool.tool) })),
  }));
  return { doors, tools, uncovered: tools.filter((tool) => isUncovered(tool, doors)) };
}

/** The grants that open a server, together by what decides their calls. */
function doorsOf(grants: readonly GrantRecord[], slug: string): readonly Door[] {
  const doors = new Map<string, Door>();
  for (const grant of grants) {
    const { mode, name } = grant;
    const member = membersOf(grant).find((one) => one.server === slug);
    if (member === undefined) continue;
    const key = `${mode} ${member.policy ?? ''}`;
    const door = doors.get(key) ?? {
      ...(member.policy === undefined ? {} : { policy: member.policy }),
      ...{ mode, grants: [] },
    };
    door.grants.push(name);
    doors.set(key, door);
  }
  return [...doors.values()];
}
