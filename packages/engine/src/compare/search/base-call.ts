import type { Call, ToolFacts } from '../../decide/decision.ts';
import { isJsonObject, type Json, type JsonObject, ownProperty } from '../../json/json.ts';
import { toLocalMs } from '../../limits/index.ts';
import type { Policy } from '../../policy.ts';
import type { Region } from '../proof/region.ts';
import { examplesOf } from './space.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A Monday, at noon in UTC. */
const NOON_MS = Date.UTC(2026, 0, 5, 12);
/** The last moment of a minute, an hour, a day, a week and a month at once. */
const LAST_MS = Date.UTC(2026, 5, 1) - 1;

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

/** A call whose tool nobody knows has a schema that its arguments fit. */
export function withFittingSchema(call: Call, region: Region): Call {
  if (region.tool !== undefined) return call;
  const properties = Object.fromEntries(Object.keys(call.args).map((name) => [name, {}]));
  return { ...call, tool: { ...call.tool, inputSchema: { type: 'object', properties } } };
}

/** Calls that do not fit a tool's schema, in one way each. */
export function misfits(call: Call, region: Region): readonly Call[] {
  const { args } = call;
  if (region.tool !== undefined) return misfitsOfKnown(call);
  const properties = Object.fromEntries(Object.keys(args).map((name) => [name, {}]));
  const schemas: readonly (readonly [JsonObject, JsonObject])[] = [
    [{ type: 'object', properties, required: ['needed'] }, args],
    [
      { type: 'object', properties: { ...properties, needed: {} }, required: ['needed'] },
      { ...args, needed: null },
    ],
    [
      { type: 'object', properties },
      { ...args, unexpected: true },
    ],
    [
      { type: 'object', properties: { ...properties, ill_typed: { type: 'number' } } },
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

/** Moments to try where rules look at the time: noon, each hour of a week, and around the days that are named. */
export function moments(days: readonly string[]): readonly number[] {
  const week = Array.from({ length: 7 * 24 }, (_, hour) => NOON_MS + hour * HOUR_MS);
  const named = days
    .map((day) => Date.parse(day))
    .filter(Number.isFinite)
    .flatMap((at) => [at + DAY_MS / 2, at - DAY_MS / 2, at + 1.5 * DAY_MS]);
  return [...named, ...week];
}

/** Shortly before every calendar window ends, by the clock of a policy. */
export function lastMoment({ timeZone }: Policy): number {
  return LAST_MS - (toLocalMs(LAST_MS, timeZone) - LAST_MS);
}
