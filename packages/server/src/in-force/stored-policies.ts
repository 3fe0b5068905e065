import { compilePolicy, parsePolicy } from '@boomgate/engine';
import { engineFunctions } from '../functions/index.ts';
import type { GatewayOptions } from '../gateway-options.ts';
import type { PolicyInForce } from '../proxy/index.ts';
import type { Store, StoredPolicy } from '../store/index.ts';

/** By organisation and name. */
type Found = ReadonlyMap<string, ReadonlyMap<string, PolicyInForce>>;

type Compiled = { readonly text: string; readonly policy: PolicyInForce };

/** What is stored, compiled once for each version. */
export class StoredPolicies {
  readonly #log: GatewayOptions['log'];
  #compiled: ReadonlyMap<string, Compiled> = new Map();

  constructor(log: GatewayOptions['log']) {
    this.#log = log;
  }

  async inForce({ policies }: Pick<Store, 'policies'>): Promise<Found> {
    const found = new Map<string, Map<string, PolicyInForce>>();
    const compiled = new Map<string, Compiled>();
    for (const one of await policies.stored()) {
      const key = JSON.stringify([one.organization, one.name, one.version]);
      const known = this.#compiled.get(key);
      // Of a database that lacks what was written last, a version may be another text than before.
      const policy = known?.text === one.text ? known.policy : this.#compile(one);
      if (policy === undefined) continue;
      compiled.set(key, { text: one.text, policy });
      const own = found.get(one.organization) ?? new Map<string, PolicyInForce>();
      found.set(one.organization, own.set(one.name, policy));
    }
    this.#compiled = compiled;
    return found;
  }

  /** What cannot be read any more decides nothing: calls that it decided are refused. */
  #compile({ name, organization, server, text, version }: StoredPolicy): PolicyInForce | undefined {
    const parsed = parsePolicy(text, engineFunctions);
    if (parsed.ok) {
      const { policy } = parsed;
      const compiled = compilePolicy(policy, engineFunctions);
      return { name, version, ...(server === undefined ? {} : { server }), policy, compiled };
    }
    const [problem] = parsed.problems;
    this.#log.error({ organization, policy: name, version, problem }, 'a stored policy is not in force');
    return undefined;
  }
}
