import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { RESOLVE_ASIDE_MS } from './bounds.ts';

type Told = (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void;

/** Finds all addresses of a name. */
export type Resolve = (hostname: string, options: LookupAllOptions, told: Told) => void;

/**
 * As the system does, which works at few names at a time and cannot be told to give one up: a name whose name server is silent takes one of these
 * places, however many calls ask for it.
 */
export function onceAtATime(resolve: Resolve): Resolve {
  const asking = new Map<string, Told[]>();
  return (hostname, options, told) => {
    const { family = 0, hints = 0 } = options;
    const key = `${family} ${hints} ${hostname.toLowerCase()}`;
    const waiting = asking.get(key);
    if (waiting !== undefined) {
      waiting.push(told);
      return;
    }
    const all = [told];
    asking.set(key, all);
    resolve(hostname, options, (error, found) => {
      asking.delete(key);
      for (const one of all) one(error, found);
    });
  };
}

export const resolveOnce: Resolve = onceAtATime(lookup);

/**
 * For names that strangers give: name servers are asked over sockets of their own, and no longer than it is waited for. What this machine alone
 * knows, as in its `hosts`, is not found.
 */
export function resolverAside(servers?: readonly string[]): Resolve {
  return (hostname, _, told) => {
    const resolver = new Resolver();
    if (servers !== undefined) resolver.setServers(servers);
    const late = setTimeout(() => resolver.cancel(), RESOLVE_ASIDE_MS);
    const ofBoth = [resolver.resolve4(hostname), resolver.resolve6(hostname)];
    Promise.allSettled(ofBoth).then(([four, six]) => {
      clearTimeout(late);
      const found = [...addresses(four, 4), ...addresses(six, 6)];
      const [error] = [four, six].flatMap((one) => (one?.status === 'rejected' ? [one.reason] : []));
      told(found.length === 0 ? error : null, found);
    });
  };
}

function addresses(
  settled: PromiseSettledResult<string[]> | undefined,
  family: 4 | 6,
): readonly LookupAddress[] {
  if (settled?.status !== 'fulfilled') return [];
  return settled.value.map((address) => ({ address, family }));
}
