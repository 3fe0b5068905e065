import type {
  PolicyAuthor,
  PolicyOwner,
  PolicyText,
  PolicyVersion,
  PolicyVersions,
  StoredPolicy,
} from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build, type PolicyVersionRecord } from '../tables.ts';
import { all, first, type Work } from '../work.ts';

type Reading = Pick<PolicyVersions, 'versions' | 'version' | 'stored' | 'find'>;

export function readingOf(executor: SqlExecutor): Reading {
  return {
    async versions({ name, organization }, { before, limit }) {
      let query = build
        .selectFrom('policy_versions')
        .select(['organization', 'name', 'version', 'sha256', 'origin', 'author', 'note', 'created_at'])
        .where('organization', '=', organization)
        .where('name', '=', name)
        .orderBy('version', 'desc')
        .limit(limit);
      if (before !== undefined) query = query.where('version', '<', before);
      return (await executor.read(() => all(query))).map(decodeVersion);
    },
    async version({ name, organization }, version) {
      const row = await executor.read(() =>
        first(
          build
            .selectFrom('policy_versions')
            .selectAll()
            .where('organization', '=', organization)
            .where('name', '=', name)
            .where('version', '=', version),
        ),
      );
      return row && decodeText(row);
    },
    async stored(organization) {
      const query = organization === undefined ? IN_FORCE : inForceOf(organization);
      return (await executor.read(() => all(query))).map(decodeStored);
    },
    find: (owner) => executor.read(() => inForce(owner)),
  };
}

const IN_FORCE = build
  .selectFrom('policies')
  .innerJoin('policy_versions', (join) =>
    join
      .onRef('policy_versions.organization', '=', 'policies.organization')
      .onRef('policy_versions.name', '=', 'policies.name')
      .onRef('policy_versions.version', '=', 'policies.version'),
  )
  .selectAll('policy_versions')
  .select('policies.server')
  .orderBy('policies.organization')
  .orderBy('policies.name');

const inForceOf = (organization: string) => IN_FORCE.where('policies.organization', '=', organization);

export function* inForce({ name, organization }: PolicyOwner): Work<StoredPolicy | undefined> {
  const row = yield* first(inForceOf(organization).where('policies.name', '=', name));
  return row && decodeStored(row);
}

/** The newest version of a name, whoever made it. */
export function* newest({ name, organization }: PolicyOwner): Work<PolicyVersion | undefined> {
  const row = yield* first(
    build
      .selectFrom('policy_versions')
      .selectAll()
      .where('organization', '=', organization)
      .where('name', '=', name)
      .orderBy('version', 'desc')
      .limit(1),
  );
  return row && decodeVersion(row);
}

export function authorOf({ id, kind, name }: PolicyAuthor): PolicyAuthor {
  return { kind, id, name };
}

function decodeStored(row: PolicyVersionRecord & { server: string | null }): StoredPolicy {
  return { ...decodeText(row), ...(row.server === null ? {} : { server: row.server }) };
}

function decodeText(row: PolicyVersionRecord): PolicyText {
  return { ...decodeVersion(row), text: row.text };
}

function decodeVersion(row: Omit<PolicyVersionRecord, 'text'>): PolicyVersion {
  const { author, created_at: createdAtMs, name, note, organization, origin, sha256, version } = row;
  return {
    ...{ organization, name, version, note, createdAtMs },
    sha256: Buffer.from(sha256).toString('hex'),
    origin: origin as PolicyVersion['origin'], // a cast: only the two are written to this column
    // A cast: only `authorOf` makes what is written to this column.
    ...(author === '' ? {} : { author: JSON.parse(author) as PolicyAuthor }),
  };
}
