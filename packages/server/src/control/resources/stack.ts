import type { AnswerOf, Endpoints } from '@boomgate/contract';
import type { GrantRecord } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { done, type HandlersOf, openPage, pageAnswer, refuse } from '../frame/index.ts';
import { offeredTools } from './offered-tools.ts';
import { isUncovered, reachOf } from './reach.ts';

type StackServer = AnswerOf<Endpoints['stack']['read']>['items'][number];
type Door = StackServer['doors'][number];
type Place = { readonly organization: string; readonly slug: string };

export const stack = {
  async read(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `stack ${id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const slugs = context.declared(id).servers.map(({ slug }) => slug);
    const wanted = slugs
      .filter((slug) => slug > (page.after ?? ''))
      .sort()
      .slice(0, page.limit);
    const grants = await openGrants(context, id);
    const items: StackServer[] = [];
    for (const slug of wanted) items.push(await shownStack(context, { organization: id, slug }, grants));
    return done(pageAnswer(context, asked, { items, positionOf: ({ slug }) => slug, show: (one) => one }));
  },

  async preview({ preview }, { body, operator }) {
    const read = preview(operator.organization.id, body.text);
    if (!('problem' in read)) return done(read);
    return refuse('invalid_input', { errors: [{ in: 'body', pointer: '/text', message: read.problem }] });
  },
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

export async function shownStack(
  context: ControlContext,
  place: Place,
  grants: readonly GrantRecord[],
): Promise<StackServer> {
  const { policies } = context.inForce(place.organization);
  const doors = doorsOf(grants, place.slug).map((door): Door => {
    const version = policies.get(door.policy ?? '')?.version;
    return version === undefined ? door : { ...door, version };
  });
  const offered = await offeredTools(context.store, { ...place, server: place.slug });
  const tools = offered.map(({ evidence: _, ...tool }) => ({
    ...tool,
    reach: doors.map(({ policy }, door) => ({
      door,
      ...reachOf(policies.get(policy ?? '')?.compiled, tool.tool),
    })),
  }));
  const classes: StackServer['classes'] = {};
  for (const { class: of } of tools) classes[of] = (classes[of] ?? 0) + 1;
  const uncovered = tools.filter((tool) => isUncovered(tool, doors)).map(({ tool }) => tool);
  return { slug: place.slug, doors, classes, tools, uncovered };
}

/** The grants that open a server, together by what decides their calls. */
function doorsOf(grants: readonly GrantRecord[], slug: string): readonly Door[] {
  const doors = new Map<string, Door>();
  for (const { mode, name, policy, server, stack: members } of grants) {
    const member = (members ?? [{ server, policy }]).find((one) => one.server === slug);
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
