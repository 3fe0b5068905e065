import type { AnswerOf, Endpoints } from '@boomgate/contract';
import {
  BRIEF_EFFORT,
  begunCounters,
  checkTools,
  type ParseResult,
  type Policy,
  type Problem,
  parsePolicy,
  parsePolicyTree,
  policyDifference,
  widensAccess,
} from '@boomgate/engine';
import { engineFunctions } from '../../engine/index.ts';
import { done, type Handlers, pageOf, type Refusal, type Reply, refuse } from '../reply.ts';
import { savePolicy, type World, type WorldPolicy } from '../world/index.ts';
import { note } from './noted.ts';
import { replayOf, suggestionOf } from './over-log.ts';

type Saved = AnswerOf<Endpoints['policies']['save']>;
type Document = string | Readonly<Record<string, unknown>>;

function read(document: Document): ParseResult {
  return typeof document === 'string'
    ? parsePolicy(document, engineFunctions)
    : parsePolicyTree(document, engineFunctions);
}

function textOf(document: Document): string {
  return typeof document === 'string' ? document : `${JSON.stringify(document, undefined, 2)}\n`;
}

/** The version that is in force, as lists show it. */
function shown({ server, versions: [newest] }: WorldPolicy) {
  if (newest === undefined) throw new Error('expected a policy to have a version');
  const { text: _text, ...version } = newest;
  return { ...version, ...(server === undefined ? {} : { server }), isShadowed: false };
}

function versionOf({ policies: all }: World, name: string, version: number) {
  return all.get(name)?.versions.find((one) => one.version === version);
}

function parsed(text: string): Policy {
  const result = parsePolicy(text, engineFunctions);
  if (!result.ok) throw new Error('expected what is in force to read as a policy');
  return result.policy;
}

function refuseDocument(problems: readonly Problem[]): Refusal {
  return refuse('invalid_input', {
    errors: problems.map(({ message, pointer }) => ({
      in: 'body',
      pointer: `/document${pointer}`,
      message,
    })),
  });
}

type Saving = {
  readonly name: string;
  readonly server?: string | undefined;
  readonly document: Document;
  readonly note: string;
};

async function save(world: World, { document, name, note: why, server }: Saving): Promise<Reply<Saved>> {
  const result = read(document);
  if (!result.ok) return refuseDocument(result.problems);
  const before = parsed(world.policies.get(name)?.versions[0]?.text ?? '{"version":"1","default":"deny"}');
  const saved = await savePolicy(
    world.policies,
    { name, server, text: textOf(document), note: why },
    Date.now(),
  );
  note(world, 'policy.saved', { kind: 'policy', id: name, name });
  const { isShadowed: _isShadowed, server: _server, ...policy } = shown(saved);
  return done({
    policy,
    difference: policyDifference(before, result.policy).map((one) => ({ ...one })),
    widens: widensOf(before, result.policy),
    warnings: result.warnings.map((one) => ({ ...one })),
  });
}

function widensOf(before: Policy, after: Policy): Saved['widens'] {
  const { verdict, how, widened } = widensAccess({ before, after, effort: BRIEF_EFFORT }, engineFunctions);
  return {
    verdict,
    how: how === 'exact' ? 'proof' : how,
    places: widened.map(({ pointer, what }) => ({ pointer, what })),
  };
}

function toolsOf(world: World, slug: string | undefined) {
  const server = world.servers.find((one) => one.slug === slug);
  return server?.tools.map(({ class: of, inputSchema, severity, tool }) => ({
    name: tool,
    inputSchema,
    annotations: {},
    class: of,
    severity,
  }));
}

export const policies: NonNullable<Handlers['policies']> = {
  list: (world, { query }) => pageOf([...world.policies.values()].map(shown), query),
  show: (world, { params }) => {
    const found = world.policies.get(params.policy);
    const [newest] = found?.versions ?? [];
    if (found === undefined || newest === undefined) return refuse('not_found');
    return done({ ...shown(found), text: newest.text, document: JSON.parse(newest.text) }, newest.sha256);
  },
  versions: (world, { params, query }) => {
    const found = world.policies.get(params.policy);
    if (found === undefined) return refuse('not_found');
    return pageOf(
      found.versions.map(({ text: _text, ...version }) => version),
      query,
    );
  },
  version: (world, { params }) => {
    const found = versionOf(world, params.policy, params.version);
    return found === undefined ? refuse('not_found') : done({ ...found, document: JSON.parse(found.text) });
  },
  difference: (world, { body, params }) => {
    const [before, after] = [body.before, body.after].map((one) => versionOf(world, params.policy, one));
    if (before === undefined || after === undefined) return refuse('not_found');
    const pair = [parsed(before.text), parsed(after.text)] as const;
    const difference = policyDifference(...pair).map((one) => ({ ...one }));
    return done({ difference, widens: widensOf(...pair) });
  },
  check: (world, { body }) => {
    const result = read(body.document);
    if (!result.ok) return done({ isSound: false, problems: result.problems.map((one) => ({ ...one })) });
    const tools = toolsOf(world, body.server);
    const found = tools === undefined ? [] : checkTools(result.policy, tools);
    const replaced = world.policies.get(body.policy ?? '')?.versions[0];
    const begun = replaced === undefined ? [] : begunCounters(parsed(replaced.text), result.policy);
    return done({
      isSound: true,
      ...(tools === undefined ? {} : { tools: tools.length }),
      problems: [...result.warnings, ...found, ...begun].map((one) => ({ ...one })),
    });
  },
  replay: (world, { body }) => {
    const { document, policy, version, ...wanted } = body;
    const { versions = [] } = world.policies.get(policy ?? '') ?? {};
    const stored = version === undefined ? versions[0] : versions.find((one) => one.version === version);
    const sent = document ?? stored?.text;
    const result = sent === undefined ? undefined : read(sent);
    if (result === undefined) return refuse('not_found');
    if (!result.ok) return refuseDocument(result.problems);
    return done(replayOf(world, wanted, { policy: result.policy, tools: toolsOf(world, body.server) ?? [] }));
  },
  suggest: (world, { body }) => done(suggestionOf(world, body)),
  create: (world, { body }) => (world.policies.has(body.name) ? refuse('name_taken') : save(world, body)),
  save: (world, { body, ifMatch, params }) => {
    const [newest] = world.policies.get(params.policy)?.versions ?? [];
    if (newest === undefined) return refuse('not_found');
    if (newest.sha256 !== ifMatch) return refuse('precondition_failed');
    return save(world, { ...body, name: params.policy });
  },
  rollback: (world, { body, ifMatch, params }) => {
    const versions = world.policies.get(params.policy)?.versions ?? [];
    const wanted = versions.find(({ version }) => version === body.version);
    if (wanted === undefined) return refuse('not_found');
    if (versions[0]?.sha256 !== ifMatch) return refuse('precondition_failed');
    return save(world, { name: params.policy, document: wanted.text, note: body.note });
  },
};
