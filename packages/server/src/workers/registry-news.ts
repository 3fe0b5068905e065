import { compilePolicy, parsePolicy, printPolicy } from '@boomgate/engine';
import { engineFunctions } from '../functions/index.ts';
import type { PolicyInForce, Registry } from '../proxy/index.ts';
import type { PolicyNews, RegistryNews } from './asks.ts';

type Registries = ReadonlyMap<string, Registry>;

/** Numbers of policies as they were read: the same object is the same policy. */
const numbers = new WeakMap<PolicyInForce, number>();
let lastNumber = 0;

function numberOf(policy: PolicyInForce): number {
  const known = numbers.get(policy);
  if (known !== undefined) return known;
  lastNumber += 1;
  numbers.set(policy, lastNumber);
  return lastNumber;
}

/** Says what is in force to one process, and the texts of policies only where it does not have them. */
export class RegistryTeller {
  #told: ReadonlySet<number> = new Set();

  newsOf(registries: Registries): readonly RegistryNews[] {
    const told = new Set<number>();
    const news = Array.from(registries, ([organization, { isStopped, policies, servers }]) => ({
      organization,
      isStopped,
      servers: [...new Set(servers.values())],
      policies: Array.from(policies.values(), (policy): PolicyNews => {
        const number = numberOf(policy);
        told.add(number);
        const { compiled: _, policy: read, ...named } = policy;
        const isKnown = this.#told.has(number);
        return { ...named, number, ...(isKnown ? {} : { text: printPolicy(read) }) };
      }),
    }));
    this.#told = told;
    return news;
  }
}

/** The other end: makes registries of what is said, and compiles each policy once. */
export class RegistryReader {
  #known: ReadonlyMap<number, PolicyInForce> = new Map();

  read(news: readonly RegistryNews[]): Registries {
    const known = new Map<number, PolicyInForce>();
    const registries = news.map(({ isStopped, organization, policies, servers }) => {
      const inForce = new Map<string, PolicyInForce>();
      for (const one of policies) {
        const policy = this.#known.get(one.number) ?? compiled(one);
        known.set(one.number, policy);
        inForce.set(one.name, policy);
      }
      const byName = servers.flatMap((one) => [[one.slug, one] as const, [one.id, one] as const]);
      return [organization, { servers: new Map(byName), policies: inForce, isStopped }] as const;
    });
    this.#known = known;
    return new Map(registries);
  }
}

function compiled({ number: _, text = '', ...named }: PolicyNews): PolicyInForce {
  const parsed = parsePolicy(text, engineFunctions);
  if (!parsed.ok)
    throw new Error(`the policy ${JSON.stringify(named.name)} cannot be read as it was printed`);
  const { policy } = parsed;
  return { ...named, policy, compiled: compilePolicy(policy, engineFunctions) };
}
