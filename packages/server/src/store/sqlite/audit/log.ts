import { sql } from 'kysely';
import type {
  AuditAct,
  AuditEntry,
  AuditFilter,
  AuditLog,
  ChainHead,
  ChainReport,
  Expired,
  ExpireOptions,
  Page,
} from '../../contract.ts';
import { StoreError } from '../../contract.ts';
import { contains } from '../../sql/dialect.ts';
import { type AuditRecord, build } from '../../sql/tables.ts';
import { auditChain } from '../chain/stored.ts';
import { transact } from '../driver.ts';
import { toStoreError } from '../errors.ts';
import type { LogOptions } from '../log-options.ts';
import { checkSpan, MAX_LOOKED_AT, readPage, type Step, spanOf } from '../pages.ts';
import { expireAudit } from '../retention/audit.ts';
import { rows } from '../statements.ts';
import { verifyStored } from '../verify-stored.ts';

export class SqliteAuditLog implements AuditLog {
  readonly #options: LogOptions;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  async record(act: AuditAct): Promise<AuditEntry> {
    const { audit, database, file } = this.#options;
    try {
      return transact(database, () => audit.write(act));
    } catch (error) {
      throw toStoreError(error, file);
    }
  }

  async query(filter: AuditFilter): Promise<readonly AuditEntry[]> {
    return (await this.#read(filter, Number.POSITIVE_INFINITY)).entries;
  }

  page(filter: AuditFilter): Promise<Page<AuditEntry>> {
    return this.#read(filter, MAX_LOOKED_AT);
  }

  verify(known?: ChainHead): Promise<ChainReport> {
    const { file, sealKey } = this.#options;
    return verifyStored(file, sealKey, (database) => auditChain(database, known));
  }

  async expire(beforeMs: number, options: ExpireOptions = {}): Promise<Expired> {
    try {
      return await expireAudit(this.#options, { ...options, beforeMs });
    } catch (error) {
      throw toStoreError(error, this.#options.file);
    }
  }

  fingerprint(secret: string): string {
    return this.#options.audit.fingerprint(secret);
  }

  async #read(filter: AuditFilter, mostRows: number): Promise<Page<AuditEntry>> {
    const { database, file } = this.#options;
    checkSpan(filter);
    try {
      const step = (one: Step) => rows<AuditRecord>(database, stepQuery(filter, one)).map(decode);
      return await readPage({ ...spanOf(database, 'audit', 'link'), step }, filter, mostRows);
    } catch (error) {
      throw toStoreError(error, file);
    }
  }
}

function stepQuery(filter: AuditFilter, { from, to, order, room }: Step) {
  const { organization, action, actor, target, sinceMs, untilMs, text } = filter;
  let query = build.selectFrom('audit').selectAll().where('link', '>=', from).where('link', '<=', to);
  if (organization !== undefined) query = query.where(fact('organization'), '=', organization);
  if (sinceMs !== undefined) query = query.where(fact('atMs'), '>=', sinceMs);
  if (untilMs !== undefined) query = query.where(fact('atMs'), '<=', untilMs);
  if (action !== undefined)
    query = query.where(
      sql<boolean>`(${fact('action')} = ${action} or ${fact('action')} glob ${`${action.replace(/[*?[\]]/g, '')}.*`})`,
    );
  for (const [name, wanted] of [
    ['actor', actor],
    ['target', target],
  ] as const) {
    if (wanted === undefined) continue;
    query = query.where(sql<boolean>`${wanted} in (${fact(`${name}.id`)}, ${fact(`${name}.name`)})`);
  }
  if (text !== undefined && text !== '') {
    const searched = ['action', 'target.id', 'target.name', 'actor.id', 'actor.name'] as const;
    const found = searched.map((name) => contains(fact(name), text));
    query = query.where(sql<boolean>`(${sql.join(found, sql` or `)})`);
  }
  return query.orderBy('link', order).limit(room);
}

type Fact = 'organization' | 'atMs' | 'action' | `${'actor' | 'target'}.${'id' | 'name'}`;

/** A fact of an act; none where somebody left an entry that is not JSON. */
function fact(path: Fact) {
  return sql<string | number | null>`case when json_valid(entry) then entry ->> ${sql.lit(`$.${path}`)} end`;
}

function decode({ entry, link }: AuditRecord): AuditEntry {
  try {
    // A cast: only `AuditWriter` writes this column.
    return { cursor: link, ...(JSON.parse(entry) as Omit<AuditEntry, 'cursor'>) };
  } catch (cause) {
    const message = `row ${link} of the audit log was changed and cannot be read; boomgate audit verify says what else was`;
    throw new StoreError('unreadable', message, { cause });
  }
}
