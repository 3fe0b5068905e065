import { suggest, type Use } from '@boomgate/catalogue';
import type { AnswerOf, Endpoints } from '@boomgate/contract';
import {
  type JsonObject,
  leftOutOfReplays,
  type Outcome,
  openReplay,
  type Policy,
  type RecordedCall,
  ReplayTally,
  type ToolFacts,
} from '@boomgate/engine';
import { engineFunctions } from '../../engine/index.ts';
import type { World } from '../world/index.ts';
import { momentOf, ORGANIZATION, type WorldDecision } from '../world/world.ts';

type Report = AnswerOf<Endpoints['policies']['replay']>;

const PERIOD_MS = 7 * 86_400_000;

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

/** What a policy would have said of the calls of this world; `tools` are those of the server. */
export function replayOf(
  world: World,
  wanted: Wanted,
  by: { readonly policy: Policy; readonly tools: readonly ToolFacts[] },
): Report {
  const calls = recorded(world, wanted).filter(({ method }) => method === 'tools/call');
  const replay = openReplay(by.policy, engineFunctions);
  const tally = new ReplayTally();
  for (const row of calls) {
    // A cast: this world has calls alone that were decided.
    const call = { id: row.id, tool: row.target, before: row.outcome as Outcome };
    tally.add(call, replay(callOf(world, row, by.tools)));
  }
  const { counts, lines, more } = tally.figures();
  return {
    ...{ calls: calls.length, isComplete: true, ...spanOf(calls) },
    ...{ counts: { ...counts }, lines: [...lines], more, leftOut: [...leftOutOfReplays(by.policy)] },
  };
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
