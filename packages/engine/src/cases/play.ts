import type { Call, ToolFacts } from '../decide/decision.ts';
import { type CompiledPolicy, decideAccess, decideAndReserve, isVisible } from '../decide/index.ts';
import { type Json, type JsonObject, ownProperty } from '../json/json.ts';
import { type Ledgers, openLedgers, settleAll, type Taken } from '../limits/index.ts';
import { compareDecision } from './expect.ts';
import { BadCase, readCount, readList, readMap, readObject, readText } from './reader.ts';
import { readTime, START_MS } from './time.ts';

/** What one case carries from step to step: its clock, its counters, and the calls that are under way. */
type Stage = {
  readonly policy: CompiledPolicy | undefined;
  /** Facts about tools by name; others have no schema, annotations or class. */
  readonly tools: JsonObject;
  readonly ledgers: Ledgers;
  readonly running: Map<string, readonly Taken[]>;
  nowMs: number;
};

export function openStage(policy: CompiledPolicy | undefined, tools: JsonObject): Stage {
  return { policy, tools, ledgers: openLedgers(), running: new Map(), nowMs: START_MS };
}

const CALL_KEYS = ['tool', 'args', 'at', 'repeat', 'grant', 'labels', 'session', 'server', 'organization'];
const MORE_CALL_KEYS = ['client', 'running', 'fate', 'expect'];

type Play = (stage: Stage, step: JsonObject) => string[];

/** The kinds of steps, by the key that marks them. */
const PLAYS = {
  tool: playCall,
  end: playEnd,
  list: playList,
  resource: (stage, step) => playAccess(stage, step, 'resource'),
  prompt: (stage, step) => playAccess(stage, step, 'prompt'),
} satisfies Record<string, Play>;

/** Plays one step of a case and says what came out differently. */
export function playStep(stage: Stage, step: Json): string[] {
  const object = readObject(
    step,
    [...new Set([...CALL_KEYS, ...MORE_CALL_KEYS, ...Object.keys(PLAYS)])],
    'a call',
  );
  const at = ownProperty(object, 'at');
  if (at !== undefined) stage.nowMs = readTime(at);
  const [kind, ...others] = Object.entries(PLAYS).filter(([key]) => Object.hasOwn(object, key));
  if (kind === undefined || others.length > 0) {
    throw new BadCase(`a call needs exactly one of ${Object.keys(PLAYS).join(', ')}`);
  }
  const [, play] = kind;
  return play(stage, object);
}

/** A call ends at once and is kept, unless it stays `running` under a name or `fate` says `given_back`. */
function playCall(stage: Stage, step: JsonObject): string[] {
  readObject(step, [...CALL_KEYS, ...MORE_CALL_KEYS], 'a call of a tool');
  const call = callOf(stage, step);
  const running = readText(step, 'running');
  const failures: string[] = [];
  for (let left = readCount(step, 'repeat', 1) ?? 1; left > 0 && failures.length === 0; left -= 1) {
    const { decision, taken } = decideAndReserve(stage.policy, call, stage.ledgers);
    failures.push(...compareDecision(decision, ownProperty(step, 'expect')));
    if (running === undefined) settleAll(stage.ledgers, taken, readFate(step));
    else stage.running.set(running, taken);
  }
  return failures;
}

function playEnd(stage: Stage, step: JsonObject): string[] {
  readObject(step, ['end', 'at', 'fate'], 'the end of a call');
  const running = readText(step, 'end') ?? '';
  const taken = stage.running.get(running);
  if (taken === undefined) throw new BadCase(`no call is running as "${running}"`);
  stage.running.delete(running);
  settleAll(stage.ledgers, taken, readFate(step));
  return [];
}

/** `list` names what the server offers, `expect` what of it the agent is shown. */
function playList(stage: Stage, step: JsonObject): string[] {
  readObject(step, ['list', 'at', 'expect'], 'a list');
  const shown = readList(step, 'list').filter((tool) => isVisible(stage.policy, String(tool)));
  const expected = readList(step, 'expect');
  if (JSON.stringify(shown) === JSON.stringify(expected)) return [];
  return [`expected the list ${JSON.stringify(expected)}, found ${JSON.stringify(shown)}`];
}

function playAccess(stage: Stage, step: JsonObject, key: 'resource' | 'prompt'): string[] {
  readObject(step, [key, 'at', 'expect'], `a ${key}`);
  const decision = decideAccess(stage.policy, `${key}s`, readText(step, key) ?? '');
  return compareDecision(decision, ownProperty(step, 'expect'));
}

function callOf(stage: Stage, step: JsonObject): Call {
  const grant = readText(step, 'grant') ?? 'grant';
  const server = readText(step, 'server') ?? 'server';
  return {
    tool: toolOf(stage, readText(step, 'tool') ?? ''),
    args: readMap(step, 'args') ?? {},
    grant: { id: grant, name: grant, labels: readMap(step, 'labels') ?? {} },
    server: { id: server, name: server },
    organization: readText(step, 'organization') ?? 'organization',
    session: readText(step, 'session') ?? grant,
    client: readObject(readMap(step, 'client') ?? {}, ['name', 'version'], '"client"'),
    nowMs: stage.nowMs,
  };
}

function toolOf(stage: Stage, name: string): ToolFacts {
  const given = readMap(stage.tools, name) ?? {};
  const facts = readObject(given, ['inputSchema', 'annotations', 'class', 'severity'], `tool "${name}"`);
  const inputSchema = readMap(facts, 'inputSchema');
  const className = readText(facts, 'class');
  const severity = readText(facts, 'severity');
  return {
    name,
    annotations: readMap(facts, 'annotations') ?? {},
    ...(inputSchema === undefined ? {} : { inputSchema }),
    ...(className === undefined ? {} : { class: className }),
    ...(severity === undefined ? {} : { severity }),
  };
}

function readFate(step: JsonObject): 'kept' | 'given_back' {
  const fate = readText(step, 'fate') ?? 'kept';
  if (fate === 'kept' || fate === 'given_back') return fate;
  throw new BadCase('expected "fate" to be "kept" or "given_back"');
}
