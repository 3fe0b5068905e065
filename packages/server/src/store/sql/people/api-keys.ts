import type { Role } from '@boomgate/contract';
import type { ApiKeyRecord, ApiKeys } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build, LAST_ID } from '../tables.ts';
import { all, change, first } from '../work.ts';
import { isAdmitting } from './members.ts';
import { expireApiKeys } from './over.ts';
import type { PeopleTables } from './tables.ts';

export function openApiKeys(executor: SqlExecutor): ApiKeys {
  return {
    create(key, keyHash, note) {
      const record = { ...key, createdAtMs: executor.clock.wallMs() };
      return executor.write(function* () {
        if (!(yield* isAdmitting(record.organization, record.createdBy))) return undefined;
        yield* change(build.insertInto('api_keys').values(encode(record, keyHash)));
        return record;
      }, note);
    },
    async list(organization, { after = LAST_ID, limit }) {
      const newest = build
        .selectFrom('api_keys')
        .selectAll()
        .where('organization', '=', organization)
        .where('id', '<', after)
        .orderBy('id', 'desc')
        .limit(limit);
      return (await executor.read(() => all(newest))).map(decode);
    },
    revoke(organization, id, note) {
      const open = build
        .selectFrom('api_keys')
        .selectAll()
        .where('organization', '=', organization)
        .where('id', '=', id)
        .where('revoked_at', 'is', null);
      return executor.write(function* () {
        const row = yield* first(open);
        if (row === undefined) return undefined;
        yield* change(
          build.updateTable('api_keys').set({ revoked_at: executor.clock.wallMs() }).where('id', '=', id),
        );
        return decode(row);
      }, note);
    },
    expire: (which) => expireApiKeys(executor, which),
    async findByHash(keyHash) {
      const row = await executor.read(() =>
        first(build.selectFrom('api_keys').selectAll().where('key_hash', '=', keyHash)),
      );
      return row === undefined ? undefined : decode(row);
    },
    async note(id) {
      const usedAt = executor.clock.wallMs();
      await executor.write(() =>
        change(build.updateTable('api_keys').set({ used_at: usedAt }).where('id', '=', id)),
      );
    },
  };
}

function encode(record: ApiKeyRecord, key_hash: string): PeopleTables['api_keys'] {
  return {
    id: record.id,
    organization: record.organization,
    name: record.name,
    role: record.role,
    prefix: record.prefix,
    key_hash,
    created_by: record.createdBy,
    created_at: record.createdAtMs,
    expires_at: record.expiresAtMs,
    revoked_at: record.revokedAtMs ?? null,
    used_at: record.usedAtMs ?? null,
    networks: record.networks === undefined ? null : JSON.stringify(record.networks),
  };
}

function decode(row: PeopleTables['api_keys']): ApiKeyRecord {
  return {
    id: row.id,
    organization: row.organization,
    name: row.name,
    role: row.role as Role, // a cast: only `encode` writes this column
    prefix: row.prefix,
    createdBy: row.created_by,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
    ...(row.revoked_at === null ? {} : { revokedAtMs: row.revoked_at }),
    ...(row.used_at === null ? {} : { usedAtMs: row.used_at }),
    // A cast: only `encode` writes this column.
    ...(row.networks === null ? {} : { networks: JSON.parse(row.networks) as readonly string[] }),
  };
}
