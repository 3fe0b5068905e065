import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import type {
  Accepting,
  AuditAct,
  AuditEntry,
  AuditFilter,
  AuditLog,
  ChainHead,
  ChainReport,
  Expired,
  ExpireOptions,
  NewOutboxEvent,
  Page,
} from '../../contract.ts';
import { StoreError } from '../../contract.ts';
import { endOf, headOf, keptSide } from '../audit-chain.ts';
import { acceptanceCode, acceptingActs, openFindings } from '../chain/acceptances.ts';
import { auditChain, decisionChain } from '../chain/stored.ts';
import { verifyChain } from '../chain/verify.ts';
import { contains, memberText, ofReadable } from '../dialect.ts';
import { tellOthers } from '../events.ts';
import { expireAudit } from '../retention/index.ts';
import { MAX_LOOKED_AT } from '../step-length.ts';
import { type AuditRecord, build } from '../tables.ts';
import { all, type Work } from '../work.ts';
import type { LogOptions } from './options.ts';
import { checkSpan, readPage, type Step, spanOf } from './pages.ts';
import { spanConditions } from './span.ts';

export class SqlAuditLog implements AuditLog {
  readonly #options: LogOptions;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  record(act: AuditAct, told?: NewOutboxEvent): Promise<AuditEntry> {
    const { executor } = this.#options;
    return executor.write(function* () {
      if (told !== undefined) yield* tellOthers(told);
      return yield* executor.note(act);
    });
  }

  async recordState({
    before: _,
    ...act
  }: Parameters<AuditLog['recordState']>[0]): ReturnType<AuditLog['recordState']> {
    const { executor } = this.#options;
    const after = keptSide(act.after);
    const { link } = endOf(await executor.read(() => headOf('audit_head')));
    // Rows may be many, so they are looked at before; those of others that came since are few.
    const [known] = await this.query({ limit: 1, action: act.action });
    return executor.write(function* () {
      const newest = (yield* newestAfter(link, act.action)) ?? known;
      if (isDeepStrictEqual(newest?.after, after)) return undefined;
      const before = newest?.after;
      return yield* executor.note({ ...act, ...(before === undefined ? {} : { before }) });
    });
  }

  async query(filter: AuditFilter): Promise<readonly AuditEntry[]> {
    return (await this.#read(filter, Number.POSITIVE_INFINITY)).entries;
  }

  page(filter: AuditFilter): Promise<Page<AuditEntry>> {
    return this.#read(filter, MAX_LOOKED_AT);
  }

  verify(known?: ChainHead): Promise<ChainReport> {
    const { executor, sealKey } = this.#options;
    const key = sealKey();
    return executor.snapshot(async (snapshot) => verifyChain(await auditChain(snapshot, key, known), key));
  }

  async accept(code: string, how: Parameters<AuditLog['accept']>[1]): Promise<Accepting> {
    const { executor, sealKey } = this.#options;
    const key = sealKey();
    const found = await executor.snapshot(async (snapshot) => ({
      decisions: await verifyChain(await decisionChain(snapshot, key), key),
      audit: await verifyChain(await auditChain(snapshot, key), key),
    }));
    const known = acceptanceCode(found);
    if (known !== code) return { kind: 'other', ...(known === undefined ? {} : { code: known }) };
    const [decisions, audit] = [openFindings(found.decisions), openFindings(found.audit)];
    const acts = [...acceptingActs('decisions', decisions, how), ...acceptingActs('audit', audit, how)];
    await executor.write(function* () {
      for (const one of acts) yield* executor.note(one);
    });
    return { kind: 'accepted', findings: decisions.length + audit.length };
  }

  async expire(beforeMs: number, options: ExpireOptions = {}): Promise<Expired> {
    return expireAudit(this.#options, { ...options, beforeMs });
  }

  fingerprint(secret: string): string {
    return this.#options.executor.fingerprint(secret);
  }

  async #read(filter: AuditFilter, mostRows: number): Promise<Page<AuditEntry>> {
    checkSpan(filter);
    const { executor } = this.#options;
    const step = async (one: Step) => (await executor.read(() => all(stepQuery(filter, one)))).map(decode);
    return readPage({ ...(await spanOf(executor, 'audit')), step }, filter, mostRows);
  }
}

function* newestAfter(link: number, action: string): Work<AuditEntry | undefined> {
  const later = build.selectFrom('audit').selectAll().where('link', '>', link);
  const rows = yield* all(later.orderBy('link', 'desc'));
  return rows.map(decode).find((row) => row.action === action);
}

const ENTRY = sql.ref('entry');
const SEARCHED = ['action', 'target.id', 'target.name', 'actor.id', 'actor.name'] as const;

function stepQuery(filter: AuditFilter, { from, to, order, room }: Step) {
  const query = build.selectFrom('audit').selectAll().where('link', '>=', from).where('link', '<=', to);
  const conditions = conditionsOf(filter);
  const found =
    conditions.length === 0
      ? query
      : query.where(ofReadable(ENTRY, sql<boolean>`(${sql.join(conditions, sql` and `)})`));
  return found.orderBy('link', order).limit(room);
}

function conditionsOf({ action, actor, organization, target, text, ...span }: AuditFilter) {
  const conditions = spanConditions(ENTRY, span);
  if (organization !== undefined)
    conditions.push(sql<boolean>`${memberText(ENTRY, 'organization')} = ${organization}`);
  if (action !== undefined) {
    const own = memberText(ENTRY, 'action');
    const of = `${action}.`;
    conditions.push(sql<boolean>`(${own} = ${action} or substr(${own}, 1, ${of.length}) = ${of})`);
  }
  for (const [name, wanted] of Object.entries({ actor, target })) {
    if (wanted === undefined) continue;
    const [id, named] = [memberText(ENTRY, `${name}.id`), memberText(ENTRY, `${name}.name`)];
    conditions.push(sql<boolean>`(${id} = ${wanted} or ${named} = ${wanted})`);
  }
  if (text !== undefined && text !== '') {
    const found = SEARCHED.map((path) => contains(memberText(ENTRY, path), text));
    conditions.push(sql<boolean>`(${sql.join(found, sql` or `)})`);
  }
  return conditions;
}

function decode({ entry, link }: AuditRecord): AuditEntry {
  try {
    // A cast: only `AuditChain` writes this column.
    return { cursor: link, ...(JSON.parse(entry) as Omit<AuditEntry, 'cursor'>) };
  } catch (cause) {
    const message = `row ${link} of the audit log was changed and cannot be read; boomgate audit verify says what else was`;
    throw new StoreError('unreadable', message, { cause });
  }
}
