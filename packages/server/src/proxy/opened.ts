import { decideAccess } from '@boomgate/engine';
import { type Credential, grantBehind, opens, takesFrom } from '../identity/index.ts';
import { type GrantRecord, policyFor } from '../store/index.ts';
import type { Member, ProxyContext, Registry } from './context.ts';

/** What an agent presented, by which its open stream is judged again whenever something changed. */
export type Pass = {
  readonly credential: Credential;
  /** Slug of the server that it asked for; empty for a stack. */
  readonly place: string;
  /** The address that it came from; undefined when that is not known. */
  readonly sender: string | undefined;
};

/** What a pass opens now. */
export type Opened = {
  readonly grant: GrantRecord;
  /** At least one. */
  readonly members: readonly Member[];
  readonly isStack: boolean;
};

/** What a grant opens at a place; undefined when nothing that it names is registered, or all agents are stopped. */
export function openedAt(grant: GrantRecord, place: string, registry: Registry): Opened | undefined {
  if (registry.isStopped) return undefined;
  if (place !== '') {
    const member = memberNamed(place, grant.policy, registry);
    return member === undefined ? undefined : { grant, members: [member], isStack: false };
  }
  const named = (grant.stack ?? []).map(({ policy, server }) => memberNamed(server, policy, registry));
  const members = named.filter((member) => member !== undefined);
  return members.length === 0 ? undefined : { grant, members, isStack: true };
}

function memberNamed(slug: string, policy: string | undefined, registry: Registry): Member | undefined {
  const server = registry.servers.get(slug);
  if (server === undefined) return undefined;
  return { server, policy: policyFor(registry.policies, { policy, server: server.slug }) };
}

/** Judges a pass by the same rules as a request; undefined when its stream has to end. */
export function openedNow(
  context: Pick<ProxyContext, 'registry' | 'store'>,
  { credential, place, sender }: Pass,
  nowMs: number,
): Opened | undefined {
  const grant = grantBehind(context.store.grants, credential);
  if (grant === undefined || !opens(grant, { server: place, nowMs })) return undefined;
  if (!takesFrom(grant, sender)) return undefined;
  return openedAt(grant, place, context.registry(grant.organization));
}

/** How often other tools of a server were held than before, by its id. */
export type RevisionOf = (serverId: string) => number;

/** Equal texts mean that the grant sees the same: the same servers, with the same tools held, by the same versions of the same policies. */
export function viewOf({ grant, members }: Opened, revisionOf: RevisionOf): string {
  const seen = members.map(({ policy, server }) => [
    server.id,
    revisionOf(server.id),
    policy?.name,
    policy?.version,
  ]);
  return JSON.stringify([grant.mode, seen]);
}

/** Cheap enough for every look: what is unchanged is the same object, unless the configuration was read again. */
export function isSameOpened(one: Opened, other: Opened): boolean {
  if (one.grant !== other.grant || one.members.length !== other.members.length) return false;
  return one.members.every((member, at) => {
    const now = other.members[at];
    return member.server === now?.server && member.policy === now.policy;
  });
}

/** Whether the grant may read a resource of one of its servers, by the policy in force. */
export function mayRead({ grant, members }: Opened, serverId: string, uri: string): boolean {
  const member = members.find(({ server }) => server.id === serverId);
  if (member === undefined) return false;
  return (
    grant.mode === 'observe' || decideAccess(member.policy?.compiled, 'resources', uri).outcome === 'allow'
  );
}
