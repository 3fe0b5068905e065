import { asPolicy, type Classified, readDefinition, ruleFor, type Surroundings } from '@boomgate/catalogue';
import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { ownProperty } from '@boomgate/engine';
import type { ControlContext } from '../context.ts';
import { done, type HandlersOf, refuse } from '../frame/index.ts';
import { serverInForce } from './in-force.ts';
import { type DefinedTool, definedTools } from './offered-tools.ts';

type RecommendationAnswer = AnswerOf<Endpoints['catalogue']['recommend']>;

export const catalogue = {
  async search({ index }, { operator, query }) {
    const found = await index.search(operator.organization.id, query);
    if (found !== 'bad_cursor') return done(found);
    const message = 'expected the cursor that an earlier page of this search gave as `next`';
    return refuse('invalid_input', { errors: [{ in: 'query', pointer: '/cursor', message }] });
  },

  async server({ index }, { operator, params }) {
    const page = await index.page(operator.organization.id, params);
    return page === undefined ? refuse('not_found') : done(page);
  },

  async entry({ index }, { operator, params }) {
    const entry = await index.entry(operator.organization.id, params.server);
    return entry === undefined ? refuse('not_found') : done(entry);
  },

  async tool({ index }, { operator, params }) {
    const page = await index.page(operator.organization.id, params);
    return page === undefined ? refuse('not_found') : done(page);
  },

  async classify({ index }, { body }) {
    return done(await index.classify(body));
  },

  async recommend(context, { operator, params }) {
    const owner = { organization: operator.organization.id, server: params.server };
    if (serverInForce(context, owner.organization, owner.server) === undefined) return refuse('not_found');
    return done(await recommended(context, owner));
  },
} satisfies HandlersOf<Endpoints['catalogue']>;

async function recommended(
  { store }: ControlContext,
  owner: { readonly organization: string; readonly server: string },
): Promise<RecommendationAnswer> {
  const tools = await definedTools(store, owner);
  const around = { server: owner.server, siblings: tools.map(({ tool }) => tool) };
  const ruled = tools.map((one) => ({ name: one.tool, one, rule: ruleFor(classifiedOf(one, around)) }));
  const { leftOut, policy } = asPolicy(ruled);
  return {
    // A cast: a policy document is an object.
    policy: policy as RecommendationAnswer['policy'],
    leftOut: [...leftOut],
    tools: ruled.map(({ one, rule }) => ruledTool(one, rule.effect)),
  };
}

/** Of a definition with texts that are none its name and its schema are left, as for its class. */
function classifiedOf({ class: of, definition, tool }: DefinedTool, around: Surroundings): Classified {
  const read = readDefinition(definition);
  const inputSchema = ownProperty(definition, 'inputSchema');
  const left = { name: tool, ...(inputSchema === undefined ? {} : { inputSchema }) };
  return { name: tool, class: of, definition: read.ok ? read.tool : left, around };
}

function ruledTool(
  { evidence, state, tool, ...one }: DefinedTool,
  effect: string,
): RecommendationAnswer['tools'][number] {
  const speaking = evidence.filter(({ class: of }) => of === one.class);
  return {
    ...{ tool, class: one.class, severity: one.severity, state },
    // A cast: they were made by the classifier, whose fields these are.
    evidence: speaking as RecommendationAnswer['tools'][number]['evidence'],
    effect,
  };
}
