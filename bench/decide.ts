import { type Call, compilePolicy, decide, parsePolicyTree } from '../packages/engine/src/index.ts';
import { engineFunctions } from '../packages/server/src/index.ts';

type DecideFigure = { readonly rules: number; readonly nsPerCall: number };

const CALL: Call = {
  tool: { name: 'tool_0', annotations: {} },
  args: { amount: 1, path: '/data/a', currency: 'usd', nested: { list: [1, 2, 3] } },
  grant: { id: 'g', name: 'bench', labels: {} },
  server: { id: 's', name: 'bench' },
  organization: 'default',
  session: 'g',
  client: {},
  nowMs: 1_700_000_000_000,
};

/** Nanoseconds of one decision that looks at every rule of its tool and allows; at most 100 rules stand on one tool. */
export function benchDecide(): readonly DecideFigure[] {
  return [1, 100, 1_000].map((rules) => ({ rules, nsPerCall: measure(policyWith(rules)) }));
}

function policyWith(rules: number): object {
  const perTool = Math.min(rules, 100);
  const tools = Object.fromEntries(
    Array.from({ length: Math.ceil(rules / perTool) }, (_, index) => [
      `tool_${index}`,
      { deny_if: Array.from({ length: perTool }, rule) },
    ]),
  );
  return { version: '1', default: 'deny', tools };
}

const CONDITIONS = [
  { path: 'args.amount', op: 'gt', value: 100 },
  { path: 'args.path', op: 'starts_with', value: '/etc/' },
  { path: 'args.currency', op: 'not_in', value: ['usd', 'eur'] },
  { path: 'args.nested.list[*]', op: 'gt', value: 10 },
];

function rule(_unused: unknown, index: number): object {
  return { name: `rule-${index}`, conditions: [CONDITIONS[index % CONDITIONS.length]] };
}

function measure(document: object): number {
  // The document is plain data made above.
  const parsed = parsePolicyTree(document as Parameters<typeof parsePolicyTree>[0], engineFunctions);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const policy = compilePolicy(parsed.policy, engineFunctions);
  const rounds = Array.from({ length: 7 }, () => {
    const started = performance.now();
    for (let call = 0; call < 20_000; call += 1) {
      if (decide(policy, CALL).decision.outcome !== 'allow') throw new Error('the call should be allowed');
    }
    return ((performance.now() - started) * 1e6) / 20_000;
  });
  return Math.round(rounds.sort((a, b) => a - b)[3] ?? 0);
}
