import {
  type Call,
  isJsonObject,
  type Json,
  type JsonObject,
  type Policy,
  type ToolFacts,
} from '@boomgate/engine';

/** A tool as the API gives it: in a list of servers, or with its definition (JSON as text). */
export type TryTool = {
  readonly tool: string;
  readonly class?: string | undefined;
  readonly severity?: string | undefined;
  readonly definition?: string | undefined;
};

/** What is known of a call before somebody writes it. */
export type TryStart = {
  readonly args?: JsonObject;
  readonly facts?: Partial<Facts>;
};

/** Everything beside tool and arguments that a decision may depend on, as it is written in the form. */
export type Facts = {
  readonly grant: string;
  /** By name; the texts `true`, `false` and numbers are taken for what they say. */
  readonly labels: Readonly<Record<string, string>>;
  readonly server: string;
  readonly client: string;
  readonly clientVersion: string;
  readonly class: string;
  readonly severity: string;
  /** `YYYY-MM-DDTHH:MM` by the clock of who reads; empty for now. */
  readonly time: string;
};

export const NO_FACTS: Facts = {
  grant: 'a grant',
  labels: {},
  server: 'a server',
  client: '',
  clientVersion: '',
  class: '',
  severity: '',
  time: '',
};

/** The engine's view of a tool: its schema, when its definition is known. */
export function toolFacts({ class: of, definition, severity, tool }: TryTool): ToolFacts {
  const known = definitionOf(definition);
  const schema = known['inputSchema'];
  const annotations = known['annotations'];
  return {
    name: tool,
    annotations: isJsonObject(annotations) ? annotations : {},
    ...(isJsonObject(schema) ? { inputSchema: schema } : {}),
    ...(of === undefined ? {} : { class: of }),
    ...(severity === undefined ? {} : { severity }),
  };
}

function definitionOf(text: string | undefined): JsonObject {
  if (text === undefined) return {};
  // A definition comes as JSON from the gateway.
  const read = JSON.parse(text) as Json;
  return isJsonObject(read) ? read : {};
}

type TriedCall = {
  readonly tool: ToolFacts;
  readonly args: JsonObject;
  readonly facts: Facts;
  /** Milliseconds since the epoch, when the facts name no time. */
  readonly nowMs: number;
};

/** Stands for ids that the page does not know and no condition can see. */
const NOBODY = 'tried';

export function callOf({ args, facts, nowMs, tool }: TriedCall): Call {
  const said = Date.parse(facts.time);
  return {
    tool: {
      ...tool,
      ...(facts.class === '' ? {} : { class: facts.class }),
      ...(facts.severity === '' ? {} : { severity: facts.severity }),
    },
    args,
    grant: { id: NOBODY, name: facts.grant, labels: labelsOf(facts.labels) },
    server: { id: NOBODY, name: facts.server },
    organization: NOBODY,
    session: NOBODY,
    client: {
      ...(facts.client === '' ? {} : { name: facts.client }),
      ...(facts.clientVersion === '' ? {} : { version: facts.clientVersion }),
    },
    nowMs: Number.isNaN(said) ? nowMs : said,
  };
}

function labelsOf(labels: Facts['labels']): JsonObject {
  const given = Object.entries(labels).filter(([, text]) => text !== '');
  return Object.fromEntries(given.map(([name, text]) => [name, valueTyped(text)]));
}

function valueTyped(text: string): Json {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}

type Conditions = Policy['allTools']['denyIf'][number]['conditions'];

/** The paths beside arguments that a policy looks at, in the spelling of traces: what the form has to ask for. */
export function pathsOf(policy: Policy): readonly string[] {
  const entries = [policy.allTools, ...policy.tools.values()];
  const lists = entries.flatMap(({ denyIf, limits, require, requireApprovalIf }) => [
    ...[...denyIf, ...require, ...requireApprovalIf].map(({ conditions }) => conditions),
    ...limits.map(({ when }) => when),
  ]);
  const scopes = entries.flatMap(({ limits }) => limits.flatMap(({ scope }) => scope));
  const paths = [
    ...lists.flatMap((conditions) => conditions.flatMap(pathsOfCondition)),
    ...scopes.flatMap((scope) => (typeof scope === 'string' ? [] : [scope.text])),
  ];
  return [...new Set(paths)].filter((path) => !path.startsWith('args.')).toSorted();
}

function pathsOfCondition(condition: Conditions[number]): readonly string[] {
  if (condition.kind === 'compare') return [condition.path.text];
  if (condition.kind === 'not') return pathsOfCondition(condition.of);
  return condition.of.flatMap(pathsOfCondition);
}
