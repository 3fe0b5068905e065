import type { AccessKind, CompiledPolicy } from './compile.ts';
import type { Decision } from './decision.ts';
import { name } from './words.ts';

const ONE = { resources: 'resource', prompts: 'prompt' } satisfies Record<AccessKind, string>;

/**
 * Whether a resource URI or a prompt name is open (policy language §8): deny beats allow, and what matches neither follows
 * `default`. Lists are filtered by this same function. `rule` is `/resources/deny`,
 * `/resources/allow` and so on, `(default deny)`, or empty where the default allows.
 */
export function decideAccess(policy: CompiledPolicy | undefined, kind: AccessKind, target: string): Decision {
  const what = `${ONE[kind]} ${name(target)}`;
  if (policy === undefined)
    return denied('(no policy)', 'this grant has no policy for this server, so every request is refused');
  const access = policy.access[kind];
  if (access?.isDenied(target)) return denied(`/${kind}/deny`, `${what} is denied by the policy`);
  if (access?.isAllowed(target)) return allowed(`/${kind}/allow`);
  if (policy.default === 'allow') return allowed();
  return denied('(default deny)', `${what} is not allowed by the policy (default deny)`);
}

function denied(rule: string, message: string): Decision {
  return {
    outcome: 'deny',
    rule,
    message,
    trace: [{ rule, outcome: 'fired', conditions: [] }],
    usage: [],
  };
}

function allowed(rule = ''): Decision {
  const trace = rule === '' ? [] : [{ rule, outcome: 'passed', conditions: [] } as const];
  return { outcome: 'allow', rule, message: '', trace, usage: [] };
}
