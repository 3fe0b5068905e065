import { type Actor, FIRST_ORGANIZATION, type RemovedOrganization } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { removeGrantsOf } from '../grants/index.ts';
import { build, type Tables } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';

type Removal = { readonly organization: string; readonly name: string; readonly by: Actor };

/** Within a transaction of the caller: ends everything of an organisation (decisions/0064). */
export function* removeOrganization(
  executor: SqlExecutor,
  { by, name, organization }: Removal,
): Work<RemovedOrganization> {
  if (organization === FIRST_ORGANIZATION) return 'first';
  const there = build
    .selectFrom('organizations')
    .select('version')
    .where('id', '=', organization)
    .where('removed_at', 'is', null);
  const found = yield* first(there.where('name', '=', name));
  if (found === undefined) return 'unknown';
  const members = yield* emailsOf(organization);
  const servers = yield* countServers(organization);
  const grants = yield* removeGrantsOf(organization);
  yield* change(
    build
      .deleteFrom('server_sign_ins')
      .where(
        'server',
        'in',
        build.selectFrom('servers').select('id').where('organization', '=', organization),
      ),
  );
  for (const table of OWNED) yield* change(build.deleteFrom(table).where('organization', '=', organization));
  // Stopped as well: so it is for replicas of a version that does not know what was removed.
  const ended = { removed_at: executor.clock.wallMs(), agents_stopped: 1, version: found.version + 1 };
  yield* change(build.updateTable('organizations').set(ended).where('id', '=', organization));
  const leftAlone = yield* withoutMembership(members);
  const before = { members: members.length, servers, grants };
  const target = { kind: 'organization', id: organization, name };
  yield* executor.note({ organization, actor: by, action: 'organization.removed', target, before });
  return { ...before, leftAlone };
}

/** What goes with an organisation, beside what is of its grants and servers. The two logs stay, and the tallies of them. */
const OWNED = [
  'members',
  'person_sessions',
  'api_keys',
  'invitations',
  'webhooks',
  'deliveries',
  'servers',
  'tool_snapshots',
  'policies',
  'policy_versions',
  'policy_proposals',
  'access_requests',
] as const satisfies readonly (keyof Tables)[];

function* emailsOf(organization: string): Work<readonly string[]> {
  const members = build
    .selectFrom('members')
    .innerJoin('people', 'people.id', 'members.person')
    .select('people.email as email')
    .where('members.organization', '=', organization);
  return (yield* all(members.orderBy('people.email'))).map(({ email }) => email);
}

function* countServers(organization: string): Work<number> {
  const stored = build.selectFrom('servers').select('id').where('entry', 'is not', null);
  return (yield* all(stored.where('organization', '=', organization))).length;
}

/** Of these those that are in no organisation any more. */
function* withoutMembership(emails: readonly string[]): Work<readonly string[]> {
  const alone: string[] = [];
  for (const email of emails) {
    const elsewhere = build
      .selectFrom('members')
      .innerJoin('people', 'people.id', 'members.person')
      .select('members.id as id')
      .where('people.email', '=', email);
    if ((yield* first(elsewhere.limit(1))) === undefined) alone.push(email);
  }
  return alone;
}
