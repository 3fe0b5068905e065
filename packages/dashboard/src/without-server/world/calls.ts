import {
  approvalTermsFor,
  type CompiledPolicy,
  canonicalJson,
  type Decision,
  decideAndReserve,
  type JsonObject,
  type Ledgers,
  openLedgers,
  settleAll,
} from '@boomgate/engine';
import { readDocument } from '../../engine/index.ts';
import { argumentsFor, drawing } from './arguments.ts';
import { sha256 } from './digest.ts';
import {
  momentOf,
  ORGANIZATION,
  type WorldApproval,
  type WorldDecision,
  type WorldGrant,
  type WorldPolicy,
  type WorldServer,
  type WorldTool,
} from './world.ts';

const CALLS = 240;
/** Calls come in bursts within this time before now. */
const SPAN_MS = 20 * 3_600_000;
const SEED = 20_261_127;

type Around = {
  readonly servers: readonly WorldServer[];
  readonly policies: ReadonlyMap<string, WorldPolicy>;
  readonly grants: readonly WorldGrant[];
  readonly nowMs: number;
};

type Made = {
  readonly decisions: readonly WorldDecision[];
  readonly approvals: readonly WorldApproval[];
};

/** Makes up calls, and decides each with the engine and counters of this world, in their order. */
export async function makeCalls(around: Around): Promise<Made> {
  const draw = drawing(SEED);
  const policies = inForce(around.policies);
  const ledgers = openLedgers();
  const decisions: WorldDecision[] = [];
  const approvals: WorldApproval[] = [];
  for (let count = 0; count < CALLS; count += 1) {
    const grant = around.grants[draw(around.grants.length)];
    const server = around.servers.find(({ slug }) => slug === grant?.server);
    const tool = server && toolFor(server, draw);
    if (grant === undefined || tool === undefined) continue;
    // Ever closer to now, so that the newest are of the last minutes.
    const passed = (count + draw(1_000) / 1_000) / CALLS;
    const atMs = Math.round(around.nowMs - SPAN_MS * (1 - passed) ** 2);
    const call = { grant, tool, args: argumentsFor(tool.inputSchema, draw), atMs, count };
    const decided = decideCall(call, policies.get(grant.policy ?? ''), ledgers);
    const row = await rowOf(call, decided, draw);
    const approval =
      decided.decision.outcome === 'approve'
        ? approvalOf({ call, row, nowMs: around.nowMs }, decided)
        : undefined;
    if (approval !== undefined) approvals.unshift(approval);
    decisions.unshift(approval === undefined ? row : { ...row, approval: approval.id });
  }
  return { decisions, approvals };
}

/** What agents call again and again; limits are there for it. */
const OFTEN: ReadonlySet<string> = new Set([
  'comfy_generate_simple',
  'comfy_save_workflow',
  'kubectl_get',
  'kubectl_apply',
]);

function toolFor({ tools }: WorldServer, draw: (below: number) => number): WorldTool | undefined {
  const often = tools.filter(({ tool }) => OFTEN.has(tool));
  const from = draw(2) === 0 ? often : tools;
  return from[draw(from.length)];
}

type MadeCall = {
  readonly grant: WorldGrant;
  readonly tool: WorldTool;
  readonly args: JsonObject;
  readonly atMs: number;
  readonly count: number;
};

type InForce = { readonly name: string; readonly version: number; readonly compiled: CompiledPolicy };

/** The newest version of each policy that reads as one. */
function inForce(policies: Around['policies']): ReadonlyMap<string, InForce> {
  return new Map(
    [...policies].flatMap(([name, { versions }]) => {
      const [version] = versions;
      const read = version && readDocument(version.text);
      if (version === undefined || read === undefined) return [];
      return [[name, { name, version: version.version, compiled: read.compiled }] as const];
    }),
  );
}

type Decided = { readonly decision: Decision; readonly policy: InForce | undefined };

function decideCall(
  { args, atMs, grant, tool }: MadeCall,
  policy: InForce | undefined,
  ledgers: Ledgers,
): Decided {
  const { decision, taken } = decideAndReserve(
    policy?.compiled,
    {
      tool: {
        name: tool.tool,
        inputSchema: tool.inputSchema,
        annotations: {},
        class: tool.class,
        severity: tool.severity,
      },
      args,
      // Labels of this world are texts.
      grant: { id: grant.id, name: grant.name, labels: grant.labels as JsonObject },
      server: { id: grant.server, name: grant.server },
      organization: ORGANIZATION,
      session: grant.id,
      client: { name: 'claude-code', version: '2.1' },
      nowMs: atMs,
    },
    ledgers,
  );
  settleAll(ledgers, taken, 'kept');
  return { decision, policy };
}

async function rowOf(
  { args, atMs, count, grant, tool }: MadeCall,
  { decision, policy }: Decided,
  draw: (below: number) => number,
): Promise<WorldDecision> {
  const { message, outcome, rule, trace, usage } = decision;
  const isSent = outcome === 'allow';
  const text = canonicalJson(args);
  return {
    id: `decision-${count}`,
    cursor: count + 1,
    at: momentOf(atMs),
    server: grant.server,
    grant: { id: grant.id, name: grant.name },
    session: '',
    client: 'claude-code 2.1',
    era: 'modern',
    protocol: '2026-07-28',
    method: 'tools/call',
    target: tool.tool,
    outcome,
    mode: grant.mode,
    rule,
    message,
    policy: policy?.name ?? '',
    policyVersion: policy?.version ?? 0,
    trace: trace.map((step) => ({ ...step, conditions: step.conditions.map((one) => ({ ...one })) })),
    usage: usage.map((one) => ({ ...one })),
    argKeys: Object.keys(args),
    argsHash: await sha256(text),
    bytesIn: text.length + 120,
    forwarded: isSent,
    ...(isSent
      ? {
          fate: {
            status: 'result',
            upstreamMs: 40 + draw(900),
            gatewayMs: 0.4 + draw(9) / 10,
            bytesOut: 200 + draw(4_000),
          },
        }
      : {}),
  };
}

type Asked = { readonly call: MadeCall; readonly row: WorldDecision; readonly nowMs: number };

function approvalOf({ call, nowMs, row }: Asked, { policy }: Decided): WorldApproval {
  const { args, atMs, tool } = call;
  const terms = approvalTermsFor(policy?.compiled, tool.tool);
  const endsAtMs = atMs + terms.timeoutMs;
  return {
    id: `approval-${row.cursor}`,
    state: endsAtMs > nowMs ? 'waiting' : 'expired',
    askedAt: row.at,
    expiresAt: momentOf(endsAtMs),
    grant: row.grant,
    server: row.server,
    tool: tool.tool,
    argKeys: row.argKeys,
    argsHash: row.argsHash,
    policy: row.policy,
    policyVersion: row.policyVersion,
    rule: row.rule,
    message: row.message,
    session: row.session,
    client: row.client,
    terms: { ...terms, approvers: [...terms.approvers] },
    votes: [],
    arguments: canonicalJson(args),
  };
}
