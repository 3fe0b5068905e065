import { done, type Handlers, pageOf, refuse } from '../reply.ts';
import type { WorldDecision } from '../world/world.ts';

type Filter = {
  readonly [name in
    | 'grant'
    | 'outcome'
    | 'policy'
    | 'rule'
    | 'server'
    | 'since'
    | 'target'
    | 'text'
    | 'until']?: string | undefined;
};

function fits(
  one: WorldDecision,
  { grant, outcome, policy, rule, server, since, target, text, until }: Filter,
): boolean {
  const pairs = [
    [outcome, one.outcome],
    [policy, one.policy],
    [rule, one.rule],
    [server, one.server],
    [target, one.target],
  ] as const;
  if (!pairs.every(([wanted, found]) => wanted === undefined || wanted === found)) return false;
  if (grant !== undefined && grant !== one.grant.id && grant !== one.grant.name) return false;
  if ((since !== undefined && one.at < since) || (until !== undefined && one.at > until)) return false;
  return text === undefined || JSON.stringify(one).toLowerCase().includes(text.toLowerCase());
}

export const decisions: NonNullable<Handlers['decisions']> = {
  list: (world, { query }) => {
    const page = pageOf(
      world.decisions.filter((one) => fits(one, query)),
      query,
    );
    return page.ok ? { ...page, body: { ...page.body, newest: world.decisions[0]?.cursor ?? 0 } } : page;
  },
  show: (world, { params }) => {
    const found = world.decisions.find(
      ({ cursor, id }) => id === params.decision || String(cursor) === params.decision,
    );
    return found === undefined ? refuse('not_found') : done(found);
  },
};
