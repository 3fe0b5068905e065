import { createHash } from 'node:crypto';
import { POLICY_BOUNDS } from '../../../limits/index.ts';
import {
  type Actor,
  FIRST_ORGANIZATION,
  GATEWAY,
  type PolicyAuthor,
  type PolicyOwner,
  type PolicySave,
  type PolicyVersion,
  type PolicyVersions,
  type SaveFault,
  type StoredPolicy,
} from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, change, type Work } from '../work.ts';
import { notePolicy } from './note.ts';
import { authorOf, inForce, newest } from './versions.ts';

export function registering(executor: SqlExecutor): PolicyVersions['register'] {
  return async (name, text, by = GATEWAY) => {
    const owner = { organization: FIRST_ORGANIZATION, name };
    const isText = (one: PolicyVersion | undefined): one is PolicyVersion =>
      one?.origin === 'file' && one.sha256 === digest(text);
    // A file has hundreds of policies, of which an edit changes one: a transaction for each would hold up calls.
    const known = await executor.read(() => newest(owner));
    if (isText(known)) return known.version;
    return executor.write(function* () {
      const latest = yield* newest(owner);
      if (isText(latest)) return latest.version;
      const made = yield* insert(executor, { ...owner, text, note: '', origin: 'file' }, by);
      yield* notePolicy(executor, owner, {
        actor: by,
        action: latest === undefined ? 'policy.created' : 'policy.updated',
        ...(latest === undefined ? {} : { before: facts(latest) }),
        after: facts(made),
      });
      return made.version;
    });
  };
}

export function savingOf(executor: SqlExecutor): Pick<PolicyVersions, 'save' | 'remove'> {
  return {
    save: (save, by) =>
      executor.write(() => {
        const action =
          save.base === 0 ? 'created' : save.from === undefined ? 'updated' : ('rolled_back' as const);
        return putInForce(executor, save, { by, action: `policy.${action}` });
      }),
    remove: ({ base, name, organization }, by) =>
      executor.write(function* () {
        const before = yield* inForce({ organization, name });
        if (before?.version !== base) return 'stale';
        if (yield* isUsed(executor, before)) return 'in_use';
        yield* change(
          build.deleteFrom('policies').where('organization', '=', organization).where('name', '=', name),
        );
        yield* notePolicy(executor, before, { actor: by, action: 'policy.removed', before: facts(before) });
        return 'removed';
      }),
  };
}

type Act = {
  readonly by: Actor;
  readonly action: string;
  readonly author?: PolicyAuthor;
};

/** Within a transaction: a new version, in force, with its row. */
export function* putInForce(
  executor: SqlExecutor,
  save: PolicySave,
  { action, author, by }: Act,
): Work<StoredPolicy | SaveFault> {
  const { base, from, name, note, organization, text } = save;
  const before = yield* inForce(save);
  if ((before?.version ?? 0) !== base) return 'stale';
  if (before?.text === text) return before;
  if (before === undefined && (yield* isFull(organization))) return 'too_many';
  const made = yield* insert(executor, { organization, name, text, note, origin: 'stored' }, author ?? by);
  const server = before === undefined ? save.server : before.server;
  const row = { organization, name, version: made.version, server: server ?? null };
  yield* change(
    build
      .insertInto('policies')
      .values(row)
      .onConflict((known) => known.columns(['organization', 'name']).doUpdateSet({ version: made.version })),
  );
  yield* notePolicy(executor, save, {
    actor: by,
    action,
    ...(before === undefined ? {} : { before: facts(before) }),
    after: {
      ...facts(made),
      note,
      ...(author === undefined ? {} : { author: author.name }),
      ...(from === undefined ? {} : { from }),
      ...(server === undefined ? {} : { server }),
    },
  });
  return { ...made, text, ...(server === undefined ? {} : { server }) };
}

type NewVersion = PolicyOwner & Pick<PolicyVersion, 'note' | 'origin'> & { readonly text: string };

function* insert(
  executor: SqlExecutor,
  { name, note, organization, origin, text }: NewVersion,
  by: PolicyAuthor,
): Work<PolicyVersion> {
  const version = ((yield* newest({ organization, name }))?.version ?? 0) + 1;
  const author = authorOf(by);
  const made = { organization, name, version, origin, note, author, createdAtMs: executor.clock.wallMs() };
  const sha256 = digest(text);
  const row = {
    ...{ organization, name, version, text, origin, note },
    sha256: Buffer.from(sha256, 'hex'),
    author: JSON.stringify(author),
    created_at: made.createdAtMs,
  };
  yield* change(build.insertInto('policy_versions').values(row));
  return { ...made, sha256 };
}

/** Whether the policies and proposals of an organisation are as many as may be. */
function* isFull(organization: string): Work<boolean> {
  const names = build.selectFrom('policies').select('name').where('organization', '=', organization);
  return (yield* all(names)).length >= POLICY_BOUNDS.policies;
}

/** Whether a grant that is not over names it: what it lets through would be refused. */
function* isUsed(executor: SqlExecutor, { name, organization }: PolicyOwner): Work<boolean> {
  const grants = build
    .selectFrom('grants')
    .select(['policy', 'stack'])
    .where('organization', '=', organization)
    .where('state', '!=', 'revoked')
    .where((grant) =>
      grant.or([grant('expires_at', 'is', null), grant('expires_at', '>', executor.clock.wallMs())]),
    );
  return (yield* all(grants)).some(({ policy, stack }) => {
    // A cast: only the grants' own code writes this column.
    const members = JSON.parse(stack ?? '[]') as readonly { readonly policy?: string }[];
    return policy === name || members.some((member) => member.policy === name);
  });
}

/** The text itself is kept in its own table, by its number. */
function facts({ sha256, version }: Pick<PolicyVersion, 'sha256' | 'version'>) {
  return { version, sha256 };
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
