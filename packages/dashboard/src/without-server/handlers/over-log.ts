import { suggest, type Use } from '@boomgate/catalogue';
import type { AnswerOf, Endpoints } from '@boomgate/contract';
import {
  type JsonObject,
  limitsOf,
  type Outcome,
  openReplay,
  type Policy,
  type RecordedCall,
  type Replayed,
  type ToolFacts,
} from '@boomgate/engine';
import { engineFunctions } from '../../engine/index.ts';
import type { World } from '../world/index.ts';
import { momentOf, ORGANIZATION, type WorldDecision } from '../world/world.ts';

type Report = AnswerOf<Endpoints['policies']['replay']>;
type Line = Report['lines'][number];

const PERIOD_MS = 7 * 86_400_000;
const LINES_MAX = 100;

/** Which requests of the log: to one server, of one grant or of all. */
type Wanted = {
  readonly server: string;
  readonly grant?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
};

/** Oldest first. */
function recorded({ decisions }: World, wanted: Wanted): readonly WorldDecision[] {
  const { grant, server, since = momentOf(Date.now() - PERIOD_MS), until } = wanted;
  return decisions
    .filter((one) => one.server === server && one.at >= since && (until === undefined || one.at <= until))
    .filter((one) => grant === undefined || grant === one.grant.id || grant === one.grant.name)
    .toReversed();
}

function spanOf(rows: readonly WorldDecision[]) {
  const [first, last] = [rows.at(0), rows.at(-1)];
  return first === undefined || last === undefined ? {} : { from: first.at, to: last.at };
}

const EFFECTS: Readonly<Record<string, Line['effect']>> = {
  allow: 'newly_allowed',
  deny: 'newly_denied',
  hide: 'newly_denied',
  limit: 'newly_limited',
  approve: 'newly_asked',
} satisfies Record<Outcome, Line['effect']>;

/** What a policy would have said of the calls of this world; `tools` are those of the server. */
export function replayOf(
  world: World,
  wanted: Wanted,
  by: { readonly policy: Policy; readonly tools: readonly ToolFacts[] },
): Report {
  const calls = recorded(world, wanted).filter(({ method }) => method === 'tools/call');
  const replay = openReplay(by.policy, engineFunctions);
  const counts: Report['counts'] = {
    ...{ same: 0, newly_denied: 0, newly_limited: 0 },
    ...{ newly_asked: 0, newly_allowed: 0, unknown: 0 },
  };
  const lines = new Map<string, Line>();
  for (const row of calls) {
    const replayed = replay(callOf(world, row, by.tools));
    const effect = effectOf(row.outcome, replayed);
    counts[effect] += 1;
    if (effect === 'same') continue;
    const rule = replayed.outcome === 'unknown' ? '' : replayed.rule;
    const key = JSON.stringify([effect, row.target, row.outcome, rule]);
    const count = (lines.get(key)?.calls ?? 0) + 1;
    lines.set(key, {
      ...{ effect, rule, tool: row.target, before: row.outcome },
      ...{ calls: count, example: row.id },
    });
  }
  const all = [...lines.values()].toSorted((one, other) => other.calls - one.calls);
  return {
    ...{ calls: calls.length, isComplete: true, ...spanOf(calls), counts },
    ...{ lines: all.slice(0, LINES_MAX), more: Math.max(0, all.length - LINES_MAX) },
    leftOut: limitsOf(by.policy).flatMap(({ id, kind }) => (kind === 'concurrent' ? [id] : [])),
  };
}

function effectOf(before: string, { outcome }: Replayed): Line['effect'] | 'same' {
  if (outcome === 'unknown') return outcome;
  const effect = EFFECTS[outcome] ?? 'newly_denied';
  return EFFECTS[before] === effect ? 'same' : effect;
}

function callOf({ grants }: World, row: WorldDecision, tools: readonly ToolFacts[]): RecordedCall {
  const [name = '', version = ''] = row.client.split(' ');
  return {
    tool: tools.find((tool) => tool.name === row.target) ?? { name: row.target, annotations: {} },
    argKeys: row.argKeys,
    // Labels of this world are texts.
    grant: { ...row.grant, labels: (grants.get(row.grant.id)?.labels ?? {}) as JsonObject },
    server: { id: row.server, name: row.server },
    organization: ORGANIZATION,
    session: row.session === '' ? row.grant.id : row.session,
    client: { name, version },
    nowMs: Date.parse(row.at),
  };
}

/** The smallest policy that would have allowed what this world let through. */
export function suggestionOf(world: World, wanted: Wanted): AnswerOf<Endpoints['policies']['suggest']> {
  const requests = recorded(world, wanted);
  const uses = requests.flatMap(({ at, forwarded, grant, target }): Use[] =>
    forwarded ? [{ kind: 'tool', name: target, grant: grant.id, atMs: Date.parse(at) }] : [],
  );
  const { leftOut, policy, tools } = suggest(uses);
  return {
    // What is suggested is an object of JSON.
    document: policy as JsonObject,
    ...{ uses: uses.length, refused: requests.length - uses.length },
    ...{ isComplete: true, ...spanOf(requests) },
    ...{ tools: [...tools], leftOut: [...leftOut] },
  };
}
