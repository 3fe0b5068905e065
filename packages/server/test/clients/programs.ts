import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bootGateway, type TestGateway } from '../support/gateway.ts';

const MODULES = new URL('../../../../node_modules/', import.meta.url);

/** What clients read when the policy refuses `get-sum` with large numbers. */
export const REFUSED = '[POLICY DENIED] Sums are small here';

/** Arguments of Node that run a command of a package from npm, as its user would. */
export function commandOf(name: string, ...args: readonly string[]): string[] {
  const folder = new URL(`${name}/`, MODULES);
  // Every package on npm with a command has this; the first is the one that has the package's name.
  const { bin } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as {
    bin: Record<string, string>;
  };
  return [fileURLToPath(new URL(Object.values(bin)[0] ?? '', folder)), ...args];
}

/** A gateway before one server, with a policy that allows everything but sums of large numbers. */
export function bootBefore(entry: object): Promise<TestGateway> {
  const isLarge = { path: 'args.a', op: 'gt', value: 10 };
  return bootGateway({
    mcpServers: { everything: entry },
    policies: {
      'small-sums': {
        version: '1',
        default: 'allow',
        tools: { 'get-sum': { deny_if: [{ conditions: [isLarge], on_deny: 'Sums are small here' }] } },
      },
    },
  });
}
