import type { Endpoints } from '@boomgate/contract';
import {
  type Call,
  compilePolicy,
  type Decision,
  decideWithLedgers,
  type JsonObject,
  openLedgers,
} from '@boomgate/engine';
import { ownTurn } from '../../../turns.ts';
import type { ControlContext } from '../../context.ts';
import { type ApiRequest, done, type HandlersOf, refuse } from '../../frame/index.ts';
import { chosenPolicy } from './chosen.ts';
import { unknownServer } from './document.ts';

/** Stands for what is not said: the grant, the server. */
const SOMEBODY = 'simulated';

type Simulate = HandlersOf<Endpoints['policies']>['simulate'];
type Request = ApiRequest<Endpoints['policies']['simulate']>;

/** With the gateway's own decision function; counters begin at nothing and nobody else's are looked at. */
export const simulate: Simulate = async (context, request) => {
  const { body, operator } = request;
  const organization = operator.organization.id;
  const read = await chosenPolicy(context, organization, body);
  if (!read.ok) return read;
  const fault = unknownServer(context, organization, body.server);
  if (fault !== undefined) return fault;
  const around = await aroundOf(context, request);
  if (around === undefined) return refuse('invalid_input', { errors: [GRANT_FAULT] });
  const compiled = compilePolicy(read.policy, context.functions);
  const ledgers = openLedgers();
  const items: Decision[] = [];
  for (const one of body.calls) {
    items.push(decideWithLedgers(compiled, around(one), ledgers));
    // A decision may take milliseconds, and agents do not wait for a hundred of them.
    await ownTurn();
  }
  return done({ items: items.map(show) });
};

const GRANT_FAULT = {
  in: 'body' as const,
  pointer: '/grant',
  message: 'expected the id of a grant of the organisation',
};

type SimulatedCall = Request['body']['calls'][number];

/** Makes calls of what is said of them all; undefined when there is no such grant. */
async function aroundOf(
  { clock, offered, store }: ControlContext,
  { body, operator }: Request,
): Promise<((one: SimulatedCall) => Call) | undefined> {
  const organization = operator.organization.id;
  const { grant: wanted, server = SOMEBODY } = body;
  const grants = wanted === undefined ? [] : await store.grants.list();
  const grant = grants.find((one) => one.id === wanted && one.organization === organization);
  if (wanted !== undefined && grant === undefined) return undefined;
  // One moment for all calls that say none, so that the same question has the same answer.
  const nowMs = clock.wallMs();
  const tools = new Map((await offered({ organization, server }))?.map((tool) => [tool.name, tool] as const));
  const { id = SOMEBODY, labels = {}, name = SOMEBODY } = grant ?? {};
  return ({ args, at, client, tool }) => ({
    tool: tools.get(tool) ?? { name: tool, annotations: {} },
    args: args as JsonObject, // a cast: it was read as JSON
    grant: { id, name, labels },
    server: { id: server, name: server },
    organization,
    session: id,
    client: {
      ...(client.name === undefined ? {} : { name: client.name }),
      ...(client.version === undefined ? {} : { version: client.version }),
    },
    nowMs: at === undefined ? nowMs : Date.parse(at),
  });
}

function show({ trace, usage, ...decision }: Decision) {
  return {
    ...decision,
    trace: trace.map(({ conditions, ...step }) => ({
      ...step,
      conditions: conditions.map((one) => ({ ...one })),
    })),
    usage: usage.map((one) => ({ ...one })),
  };
}
