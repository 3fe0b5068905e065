import { type GrantRecord, membersOf } from '../store/index.ts';

/** Whether a policy decides the calls of a declared server. */
export type Coverage =
  | {
      readonly state: 'covered';
      /** Servers of the gateway that it reaches, each with the policies that may decide: more than one where the grant is not known. */
      readonly by: readonly Decider[];
    }
  /** `reason` is a clause for a person. */
  | { readonly state: 'uncovered'; readonly reason: string };

type Decider = { readonly server: string; readonly policy: string };

/** What is known of the gateway's grants and policies. */
export type GrantBook = {
  readonly grants: readonly GrantRecord[];
  /** Names of the policies that the configuration declares, or why they are not known. */
  readonly policies: ReadonlySet<string> | { readonly problem: string };
  /** Slugs of the servers that the configuration declares. */
  readonly servers: ReadonlySet<string>;
  readonly nowMs: number;
};

/**
 * Whether a policy decides what comes along a link. `grant` is the one that the client presents; undefined where its token
 * is not known here. Then every grant that opens the server counts, since the gateway takes no other token.
 */
export function coverageOf(
  { server }: { readonly server: string },
  grant: GrantRecord | 'unknown token' | undefined,
  book: GrantBook,
): Coverage {
  if (grant === 'unknown token') return uncovered('the gateway does not know the token that it presents');
  const candidates = grant === undefined ? book.grants.filter((one) => isOpen(one, server, book)) : [grant];
  if (candidates.length === 0) return uncovered('no grant of the gateway opens it');
  const by: Decider[] = [];
  for (const one of candidates) {
    const fault = faultOf(one, server, book);
    if (fault !== undefined) return uncovered(`the grant ${JSON.stringify(one.name)} ${fault}`);
    by.push(...decidersOf(one));
  }
  return { state: 'covered', by: distinct(by) };
}

const uncovered = (reason: string): Coverage => ({ state: 'uncovered', reason });

const isOpen = (grant: GrantRecord, server: string, { nowMs }: GrantBook): boolean =>
  grant.state === 'active' &&
  grant.server === server &&
  (grant.expiresAtMs ?? Number.POSITIVE_INFINITY) > nowMs;

function faultOf(grant: GrantRecord, server: string, book: GrantBook): string | undefined {
  if (grant.server !== server) return 'opens another server';
  if (grant.state !== 'active') return `is ${grant.state}`;
  if (!isOpen(grant, server, book)) return 'has expired';
  if (grant.mode === 'observe') return 'only observes: it forwards every call';
  if (!(book.policies instanceof Set))
    return `cannot be judged: ${'problem' in book.policies ? book.policies.problem : ''}`;
  for (const member of membersOf(grant)) {
    if (member.policy === undefined) return `has no policy for ${member.server}`;
    if (!book.policies.has(member.policy))
      return `has the policy ${JSON.stringify(member.policy)}, which is not in the configuration`;
    if (!book.servers.has(member.server)) return `opens ${member.server}, which is not in the configuration`;
  }
  return undefined;
}

function decidersOf(grant: GrantRecord): readonly Decider[] {
  return membersOf(grant).map((member) => ({ server: member.server, policy: member.policy ?? '' }));
}

function distinct(by: readonly Decider[]): readonly Decider[] {
  const seen = new Map(by.map((one) => [`${one.server}\n${one.policy}`, one]));
  return [...seen.values()];
}
