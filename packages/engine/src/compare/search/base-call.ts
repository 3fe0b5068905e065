import type { Call, ToolFacts } from '../../decide/decision.ts';
import { isJsonObject, type Json, type JsonObject, ownProperty } from '../../json/json.ts';
import type { Region } from '../proof/region.ts';
import { NOON_MS } from './moments.ts';
import { examplesOf } from './space.ts';

/** A call of a region's tool by nobody in particular, with the arguments that its schema requires. */
export function baseCall({ names, tool }: Region): Call {
  return {
    tool: tool ?? { name: names[0] ?? '', annotations: {} },
    args: requiredOf(tool),
    grant: { id: 'grant-1', name: 'agent', labels: {} },
    server: { id: 'server-1', name: 'server' },
    organization: 'default',
    session: 'session-1',
    client: {},
    nowMs: NOON_MS,
  };
}

function requiredOf(tool: ToolFacts | undefined): JsonObject {
  const schema = tool?.inputSchema ?? {};
  const required = ownProperty(schema, 'required');
  const properties = ownProperty(schema, 'properties');
  if (!Array.isArray(required) || !isJsonObject(properties)) return {};
  const named = required.filter((name) => typeof name === 'string');
  return Object.fromEntries(named.map((name) => [name, exampleOf(ownProperty(properties, name))]));
}

function exampleOf(schema: Json | undefined): Json {
  return examplesOf(isJsonObject(schema) ? schema : undefined)[0] ?? 'x';
}

/** A call whose tool nobody knows has a schema with these arguments, which it fits. */
export function withFittingSchema(call: Call, { tool }: Region, names: readonly string[]): Call {
  if (tool !== undefined) return call;
  return { ...call, tool: { ...call.tool, inputSchema: { type: 'object', properties: untyped(names) } } };
}

function untyped(names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

/** Calls that do not fit a tool's schema, in one way each. */
export function misfits(call: Call, { tool }: Region, names: readonly string[]): readonly Call[] {
  if (tool !== undefined) return misfitsOfKnown(call);
  const { args } = call;
  const properties = untyped(names);
  const withNeeded = { ...properties, needed: {} };
  const typed = { ...properties, ill_typed: { type: 'number' } };
  const schemas: readonly (readonly [JsonObject, JsonObject])[] = [
    [{ type: 'object', properties: withNeeded, required: ['needed'] }, args],
    [
      { type: 'object', properties: withNeeded, required: ['needed'] },
      { ...args, needed: null },
    ],
    [
      { type: 'object', properties },
      { ...args, unexpected: true },
    ],
    [
      { type: 'object', properties: typed },
      { ...args, ill_typed: 'x' },
    ],
  ];
  return schemas.map(([inputSchema, changed]) => ({
    ...call,
    tool: { ...call.tool, inputSchema },
    args: changed,
  }));
}

function misfitsOfKnown(call: Call): readonly Call[] {
  const { args } = call;
  const names = Object.keys(args);
  const changed: readonly JsonObject[] = [
    ...names.map((name) => Object.fromEntries(Object.entries(args).filter(([key]) => key !== name))),
    ...names.map((name) => ({ ...args, [name]: null })),
    { ...args, unexpected_argument: true },
    ...names.map((name) => ({ ...args, [name]: typeof args[name] === 'string' ? 1 : 'x' })),
  ];
  return changed.map((one) => ({ ...call, args: one }));
}
