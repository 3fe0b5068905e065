import { createHash } from 'node:crypto';
import { type EndedSessions, GATEWAY, type PolicyVersions } from '../contract.ts';
import { inTurn, type Room } from './room.ts';
import { build, change, rows } from './tables.ts';

/** Whose policies these are, until there are others. */
const DEFAULT_ORGANIZATION = 'default';

export function openPolicies(room: Room): PolicyVersions {
  const { audit, database, clock } = room;
  return {
    async register(name, text, by = GATEWAY) {
      return inTurn(room, () => {
        const newest = build
          .selectFrom('policy_versions')
          .select(['version', 'sha256'])
          .where('name', '=', name)
          .orderBy('version', 'desc')
          .limit(1);
        const [latest] = rows(database, newest);
        const sha256 = createHash('sha256').update(text).digest();
        if (latest && sha256.equals(latest.sha256)) return latest.version;
        const version = (latest?.version ?? 0) + 1;
        const row = { name, version, sha256, text, created_at: clock.wallMs() };
        change(database, build.insertInto('policy_versions').values(row));
        audit.write({
          organization: DEFAULT_ORGANIZATION,
          actor: by,
          action: latest === undefined ? 'policy.created' : 'policy.updated',
          target: { kind: 'policy', id: name, name },
          ...(latest === undefined ? {} : { before: versionFacts(latest) }),
          after: versionFacts(row),
        });
        return version;
      });
    },
  };
}

/** The text itself is kept in its own table, by its number. */
function versionFacts({ sha256, version }: { version: number; sha256: Uint8Array }) {
  return { version, sha256: Buffer.from(sha256).toString('hex') };
}

export function openSessions(room: Room): EndedSessions {
  const { database, clock } = room;
  const all = build.selectFrom('ended_sessions').selectAll();
  const ended = new Map(rows(database, all).map(({ id, forget_at }) => [id, forget_at]));
  return {
    async end(id, forgetAtMs) {
      const nowMs = clock.wallMs();
      inTurn(room, () => {
        change(database, build.deleteFrom('ended_sessions').where('forget_at', '<=', nowMs));
        const row = { id, forget_at: forgetAtMs };
        change(
          database,
          build
            .insertInto('ended_sessions')
            .values(row)
            .onConflict((known) => known.column('id').doUpdateSet({ forget_at: forgetAtMs })),
        );
      });
      for (const [other, dueMs] of ended) if (dueMs <= nowMs) ended.delete(other);
      ended.set(id, forgetAtMs);
    },
    isEnded(id) {
      return (ended.get(id) ?? Number.NEGATIVE_INFINITY) > clock.wallMs();
    },
  };
}
