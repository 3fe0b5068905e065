import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mintToken } from '../../../server/src/index.ts';
import type { Clock } from '../../../server/src/limits/index.ts';
import {
  type AgentClient,
  type AgentKind,
  connectAgent,
  type ToolResult,
  textOf,
} from '../../../server/test/support/clients.ts';
import { bootGateway, type TestGateway } from '../../../server/test/support/gateway.ts';
import { type Age, type Double, startDouble } from '../double/index.ts';

export const EXAMPLES = fileURLToPath(new URL('../../../../examples/comfyui/', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const STAND_IN = fileURLToPath(new URL('../support/original-stand-in.ts', import.meta.url));

/** The server of this package, as the example configures it, or the program that stands in for the original. */
export const SERVERS = ['ours', 'original'] as const;
export type ServerKind = (typeof SERVERS)[number];

/** The models that the example policies name. */
export const MODELS = ['sd_xl_base_1.0.safetensors', 'v1-5-pruned-emaonly.safetensors'] as const;

/** Agents, a gateway with a policy of the examples, an MCP server, and the double of ComfyUI. */
export type Governed = AsyncDisposable & {
  readonly double: Double;
  readonly gateway: TestGateway;
  readonly clock: MovableClock;
  /** An agent with a grant of its own. */
  readonly agent: (grant?: 'test' | 'other', kind?: AgentKind) => Promise<AgentClient>;
};

export type MovableClock = Clock & { readonly advance: (ms: number) => void };

export type Setup = { readonly server: ServerKind; readonly policy: string; readonly age?: Age };

export async function startGoverned({ server, policy, age = 'jobs_api' }: Setup): Promise<Governed> {
  const double = await startDouble({ age, models: { checkpoints: MODELS } });
  const clock = movableClock();
  const { token } = mintToken();
  const gateway = await bootGateway({
    mcpServers: { comfyui: server === 'ours' ? await exampleEntry(double) : standIn(double) },
    policies: { [policy]: await example(`${policy}.json`) },
    grants: { other: { server: 'comfyui', policy, token } },
    options: { clock },
  });
  const clients: AgentClient[] = [];
  const tokens = { test: gateway.token, other: token } as const;
  return {
    double,
    gateway,
    clock,
    agent: async (grant = 'test', kind = 'client 2.x, auto') => {
      const client = await connectAgent(kind, gateway.endpoint('comfyui'), tokens[grant]);
      clients.push(client);
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      await double.mend();
      double.release();
      for (const client of clients) await client.close();
      await gateway[Symbol.asyncDispose]();
      await double[Symbol.asyncDispose]();
    },
  };
}

/** A JSON file of the examples. */
async function example(name: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await readFile(join(EXAMPLES, name), 'utf8'));
}

/** The example's own entry, with the double for ComfyUI and a temporary folder for workflows. */
async function exampleEntry(double: Double): Promise<object> {
  // The example is a configuration file with this one server.
  const { mcpServers } = (await example('boomgate.config.json')) as {
    mcpServers: { comfyui: { command: string; env: Record<string, string> } };
  };
  const { comfyui } = mcpServers;
  const env = {
    ...comfyui.env,
    COMFYUI_URL: double.url,
    COMFYUI_WORKFLOWS_DIR: join(double.folders.base, 'workflows'),
  };
  return { ...comfyui, command: join(ROOT, comfyui.command), env };
}

function standIn(double: Double): object {
  const env = { COMFYUI_URL: double.url, COMFYUI_BASE: double.folders.base };
  return { command: process.execPath, args: [STAND_IN], env };
}

export type Decision = { readonly outcome: string; readonly rule: string };

/** What the gateway decided when it refused a call; nothing when the call went through. */
export function refusalOf(result: ToolResult): Decision | undefined {
  if (!textOf(result).startsWith('[POLICY DENIED]')) return undefined;
  const decision = result._meta?.['boomgate/decision'];
  if (!isDecision(decision)) throw new Error('a refusal without its decision');
  return { outcome: decision.outcome, rule: decision.rule };
}

function isDecision(value: unknown): value is Decision {
  return typeof value === 'object' && value !== null && 'outcome' in value && 'rule' in value;
}

/** The JSON in the text of a result, which both servers answer with. */
export function answerOf(result: ToolResult): Readonly<Record<string, unknown>> {
  return JSON.parse(textOf(result));
}

function movableClock(): MovableClock {
  let nowMs = Date.parse('2026-11-22T12:00:00Z');
  return {
    wallMs: () => nowMs,
    monotonicMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}
