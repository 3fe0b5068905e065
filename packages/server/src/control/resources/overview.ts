import { type AnswerOf, type Endpoints, NEAR_LIMIT } from '@boomgate/contract';
import { OVERVIEW_GRANTS, OVERVIEW_SERVERS, OVERVIEW_TOLD } from '../../limits/index.ts';
import type { GrantRecord } from '../../store/index.ts';
import { ownTurn } from '../../turns.ts';
import type { ServerSettings } from '../../upstreams/index.ts';
import type { ControlContext } from '../context.ts';
import { done, type HandlersOf } from '../frame/index.ts';
import { type LimitUsage, usageAnswer } from './grant-usage.ts';
import { serversInForce } from './in-force.ts';
import { momentOf } from './moments.ts';
import { type ServerAnswer, shownServer, viewsOf } from './server-answer.ts';
import { openGrants, reachedTools } from './stack.ts';

/** Milliseconds of work after which others get their turn: calls wait for the same thread, and under load a turn of theirs takes longer. */
const WORK_MS = 2;

type Overview = AnswerOf<Endpoints['overview']['read']>;
type UncoveredTool = Overview['tools']['uncovered'][number];

export const overview = {
  async read(context, { operator }) {
    const organization = operator.organization.id;
    const views = await viewsOf(context, organization);
    const inForce = serversInForce(context, organization);
    const grants = await openGrants(context, organization);
    const pause = pauses(context);
    const servers: ServerAnswer[] = [];
    const uncovered: UncoveredTool[] = [];
    for (const view of views.slice(0, OVERVIEW_SERVERS)) {
      servers.push(await shownServer(context, view));
      await pause();
    }
    for (const server of inForce.slice(0, OVERVIEW_SERVERS)) {
      uncovered.push(...(await uncoveredOf(context, server, grants)));
      await pause();
    }
    return done({
      at: momentOf(context.clock.wallMs()),
      servers: serversOf(servers, views.length),
      tools: toolsOf(servers, uncovered),
      limits: await nearLimits(context, grants.slice(0, OVERVIEW_GRANTS), pause),
      activeGrants: grants.length,
      isComplete: views.length <= OVERVIEW_SERVERS && grants.length <= OVERVIEW_GRANTS,
    });
  },
} satisfies HandlersOf<Endpoints['overview']>;

function serversOf(looked: readonly ServerAnswer[], all: number): Overview['servers'] {
  const failing = looked.filter(({ state }) => state === 'failing' || state === 'stopped');
  return {
    all,
    failing: failing.slice(0, OVERVIEW_TOLD).map(({ reason, slug, state, title }) => ({
      slug,
      ...(title === undefined ? {} : { title }),
      state,
      ...(reason === undefined ? {} : { reason }),
    })),
    failingCount: failing.length,
  };
}

function toolsOf(servers: readonly ServerAnswer[], uncovered: readonly UncoveredTool[]): Overview['tools'] {
  const tools = servers.flatMap((one) => one.tools);
  const worst = (tool: UncoveredTool) => (tool.severity === 'Critical' ? 0 : 1);
  return {
    all: tools.length,
    held: tools.filter(({ state }) => state === 'held').length,
    uncovered: uncovered.toSorted((one, other) => worst(one) - worst(other)).slice(0, OVERVIEW_TOLD),
    uncoveredCount: uncovered.length,
  };
}

async function uncoveredOf(
  context: ControlContext,
  server: ServerSettings,
  grants: readonly GrantRecord[],
): Promise<readonly UncoveredTool[]> {
  const { uncovered } = await reachedTools(context, server, grants);
  return uncovered.map(({ class: of, severity, tool }) => ({
    server: server.slug,
    tool,
    class: of,
    severity,
  }));
}

/** What is called between two pieces of work. */
function pauses({ clock }: ControlContext): () => Promise<void> {
  let sinceMs = clock.monotonicMs();
  return async () => {
    if (clock.monotonicMs() - sinceMs < WORK_MS) return;
    await ownTurn();
    sinceMs = clock.monotonicMs();
  };
}

async function nearLimits(
  context: ControlContext,
  grants: readonly GrantRecord[],
  pause: () => Promise<void>,
): Promise<Overview['limits']> {
  const near: Overview['limits'] = [];
  for (const grant of grants) {
    const { limits } = await usageAnswer(context, grant);
    for (const limit of limits)
      if (usedPart(limit) >= NEAR_LIMIT) near.push({ ...limit, grant: { id: grant.id, name: grant.name } });
    await pause();
  }
  return near.sort((one, other) => usedPart(other) - usedPart(one)).slice(0, OVERVIEW_TOLD);
}

/** A limit of nothing is always used up. */
function usedPart({ max, used }: LimitUsage): number {
  return max === 0 ? 1 : used / max;
}
