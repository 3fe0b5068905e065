import type { AnswerOf, Endpoints } from '@boomgate/contract';
import {
  type CountersOf,
  countersOf,
  fromMicros,
  type InUse,
  type Limit,
  limitsOf,
  type Micros,
  scopeNames,
} from '@boomgate/engine';
import { MAX_COUNTERS_TOLD } from '../../limits/index.ts';
import {
  type CountersInUse,
  type GrantRecord,
  membersOf,
  policyFor,
  type UseQuestion,
} from '../../store/index.ts';
import type { ControlContext, InForce } from '../context.ts';
import { momentOf } from './moments.ts';

type Usage = AnswerOf<Endpoints['grants']['usage']>;
export type LimitUsage = Usage['limits'][number];

/** A server that a grant opens, with the policy in force for it. */
type Place = {
  readonly server: { readonly id: string; readonly slug: string };
  readonly inForce: { readonly name: string; readonly version: number; readonly policy: InForcePolicy };
};
type InForcePolicy = Parameters<typeof limitsOf>[0];

/**
 * What is used now of every limit that decides calls of a grant. The figures are those that the next call would be counted
 * against; of a grant that is only observed, those that it would be.
 */
export async function usageAnswer(context: ControlContext, grant: GrantRecord): Promise<Usage> {
  // Not the store's time, which may be another one where the clock of the machine was wrong: people read it off theirs.
  const atMs = context.clock.wallMs();
  const limits: LimitUsage[] = [];
  for (const place of placesOf(grant, context.inForce(grant.organization)))
    for (const limit of limitsOf(place.inForce.policy)) {
      const question = questionOf({ limit, place, grant });
      const inUse = await context.store.journal.inUse(question);
      limits.push(shown(limit, place, { ...inUse, atMs }));
    }
  return { at: momentOf(atMs), limits };
}

function placesOf(grant: GrantRecord, { policies, servers }: InForce): readonly Place[] {
  return membersOf(grant).flatMap((member) => {
    const found = servers.get(member.server);
    const inForce = policyFor(policies, member);
    return found === undefined || inForce === undefined ? [] : [{ server: found, inForce }];
  });
}

function questionOf({
  grant,
  limit,
  place,
}: {
  readonly grant: GrantRecord;
  readonly limit: Limit;
  readonly place: Place;
}): UseQuestion {
  const known = { organization: grant.organization, serverId: place.server.id, grantId: grant.id };
  const counters = kept(grant.mode, countersOf(limit, known));
  if (limit.kind === 'concurrent') return { counters };
  const { reset, window } = limit;
  const { timeZone } = place.inForce.policy;
  const unit = window.unit === undefined ? {} : { unit: window.unit };
  return { counters, window: { reset, windowMs: window.ms, timeZone, ...unit } };
}

/** A grant that is only observed counts beside those that are refused (gateway §9). */
const SHADOW = 'shadow ';

function kept(mode: GrantRecord['mode'], counters: CountersOf): CountersOf {
  if (mode === 'enforce') return counters;
  if (counters.kind === 'one') return { kind: 'one', key: SHADOW + counters.key };
  const { matches, prefix } = counters;
  return { kind: 'many', prefix: SHADOW + prefix, matches: (key) => matches(key.slice(SHADOW.length)) };
}

function shown(
  limit: Limit,
  { inForce, server }: Place,
  { atMs, counters, isComplete }: CountersInUse & { readonly atMs: number },
): LimitUsage {
  const one = ({ freesInMs, used }: InUse) => ({
    // A cast: the store counts windows in millionths.
    used: limit.kind === 'window' ? fromMicros(used as Micros) : used,
    ...(freesInMs === undefined ? {} : { freesAt: momentOf(atMs + freesInMs) }),
  });
  const scope = scopeNames(limit);
  const isMany = scope.some((name) => !['grant', 'server', 'organization'].includes(name));
  const fullest = counters.slice(0, MAX_COUNTERS_TOLD).map(one);
  return {
    server: server.slug,
    policy: inForce.name,
    policyVersion: inForce.version,
    rule: limit.id,
    counter: limit.counter,
    kind: limit.kind,
    ...(limit.kind === 'window'
      ? { window: limit.window.text, reset: limit.reset, max: fromMicros(limit.max) }
      : { max: limit.concurrent }),
    scope: [...scope],
    ...(fullest[0] ?? { used: 0 }),
    ...(isMany ? { perKey: { counters: counters.length, fullest, isComplete } } : {}),
  };
}
