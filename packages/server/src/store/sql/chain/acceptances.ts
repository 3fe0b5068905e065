import { hash } from 'node:crypto';
import { sql } from 'kysely';
import { ownTurn } from '../../../turns.ts';
import type { Acceptance, Actor, AuditAct, ChainFinding, ChainReport } from '../../contract.ts';
import { FIRST_ORGANIZATION, StoreError } from '../../contract.ts';
import { containsExactly } from '../dialect.ts';
import type { Snapshot } from '../executor.ts';
import { type ChainName, isSame, type Link, linkHash, ORIGIN, sealer } from '../link.ts';
import { type AuditRecord, build, type CheckpointRecord, type MarkRecord } from '../tables.ts';
import { all, first, type Work } from '../work.ts';
import { checkpointOf, isSealed } from './checkpoint.ts';
import type { ChainedRow } from './rows.ts';

/** Findings of one row of the audit log: well within the characters that a side of a change may take. */
const FINDINGS_PER_ACT = 400;
/** Findings that one acceptance takes: 250 rows of the audit log. What is changed more widely than that is no log any more. */
const MAX_FINDINGS = 100_000;
/** Hex digits: nobody finds other rows with the same, however long they search. */
const PRINT_DIGITS = 40;
const CODE_DIGITS = 20;

/** Rows of the audit log that are looked at in one go, some milliseconds. */
const LOOKED_AT = 4_000;

type Accepted = Pick<ChainFinding, 'kind' | 'link' | 'print' | 'until'>;
type AcceptedAct = Pick<AuditAct, 'actor' | 'action'> & {
  readonly atMs: number;
  readonly after: { readonly reason: string; readonly findings: readonly Accepted[] };
};

/** What of a chain was accepted, by the prints of the findings. */
export class Acceptances {
  readonly all: Acceptance[] = [];
  readonly #byPrint = new Map<string, Acceptance>();
  /** Of breaks: by the link at which the next row should stand, where rows go on. */
  readonly #breaks = new Map<number, Set<number>>();
  readonly #untils = new Set<number>();
  readonly #chain: ChainName;

  constructor(chain: ChainName) {
    this.#chain = chain;
  }

  add({ actor, after: { findings, reason }, atMs }: AcceptedAct): void {
    const links = findings.map(({ link }) => link);
    const acceptance: Acceptance = {
      ...{ by: actor.name, atMs, reason, findings: findings.length },
      links: [Math.min(...links), Math.max(...links)],
    };
    this.all.push(acceptance);
    for (const { link, print, until } of findings) {
      this.#byPrint.set(print, acceptance);
      if (until === undefined) continue;
      const untils = this.#breaks.get(link) ?? new Set();
      this.#breaks.set(link, untils.add(until));
      this.#untils.add(until);
    }
  }

  /** Whether any concerns rows behind this link. */
  reachBehind(link: number): boolean {
    return this.all.some(({ links: [, last] }) => last > link);
  }

  of(print: string): Acceptance | undefined {
    return this.#byPrint.get(print);
  }

  /** Where rows may go on instead of at this link, if they are those of which it was accepted. */
  breaksAt(link: number): Iterable<number> {
    return this.#breaks.get(link) ?? [];
  }

  /** Whether it was accepted that rows go on with this one. */
  isBreak(row: ChainedRow | undefined): boolean {
    return row !== undefined && this.#untils.has(row.link);
  }

  /** Whether it was accepted that this one stands where it has no place; without a link none has, among those that have. */
  isPutIn(row: ChainedRow | undefined): boolean {
    if (this.all.length === 0) return false;
    return row === undefined || this.of(insertedPrint(this.#chain, row)) !== undefined;
  }
}

/** What a finding is known by: of what it was found in, and of nothing that rows written later change. */
export function printOf(chain: ChainName, ...parts: readonly (string | number)[]): string {
  return hash('sha256', `finding ${chain} ${parts.join(' ')}`, 'hex').slice(0, PRINT_DIGITS);
}

/** Of a row that does not follow the one before it: as it is, and behind what it is. */
export function breakPrint(chain: ChainName, before: Link, row: ChainedRow): string {
  return printOf(chain, 'break', linkHash(before.hash, row.link, row), row.hash);
}

/** Of a row that stands where there is another. */
export function insertedPrint(chain: ChainName, row: ChainedRow): string {
  return printOf(chain, 'inserted', linkHash(ORIGIN, row.link, row), row.hash);
}

/** Of a checkpoint that the gateway did not write. */
export function checkpointPrint(chain: ChainName, record: CheckpointRecord): string {
  const { cursor, entry, hash, link, seal } = record;
  return printOf(chain, 'checkpoint', link, hash, cursor, seal, entry);
}

/** Of a mark that does not fit the link at which it stands. */
export function markPrint(chain: ChainName, mark: MarkRecord, { hash, link }: Link): string {
  return printOf(chain, 'mark', link, hash, mark.hash, mark.seal);
}

/**
 * Reads what was accepted of a chain. A row of the audit log counts only where it is as the gateway wrote it, right behind the row
 * that is before it now.
 */
export async function acceptancesOf({ ask }: Snapshot, chain: ChainName, key: Buffer): Promise<Acceptances> {
  const accepted = new Acceptances(chain);
  const seal = sealer(key, 'audit');
  const action = actionOf(chain);
  const checkpoint = await ask(checkpointOf('audit'));
  const start: Link = checkpoint && isSealed(checkpoint, key) ? checkpoint : { link: 0, hash: ORIGIN };
  for (let next = await ask(nextOf(Number.MIN_SAFE_INTEGER)); next !== undefined; ) {
    const end = next.link + LOOKED_AT;
    for (const row of await ask(naming(action, [next.link, end]))) {
      if (!isOwn(row, (await ask(rightBefore(row))) ?? start, seal('mark', row))) continue;
      // A cast: its seal shows that this gateway wrote it, and it writes no others with the action.
      const act = JSON.parse(row.entry) as AcceptedAct;
      if (act.action === action) accepted.add(act);
    }
    await ownTurn();
    next = await ask(nextOf(end));
  }
  return accepted;
}

/** The first row from a link on: somebody may have made gaps. */
function nextOf(link: number): Work<Pick<AuditRecord, 'link'> | undefined> {
  return first(build.selectFrom('audit').select('link').where('link', '>=', link).orderBy('link').limit(1));
}

/** Rows that name an action. The others are not read out of the database: of a long log that takes a third of the time. */
function naming(action: string, [from, to]: readonly [number, number]): Work<readonly AuditRecord[]> {
  const rows = build.selectFrom('audit').selectAll().where('link', '>=', from).where('link', '<', to);
  return all(rows.where(containsExactly(sql.ref('entry'), action)).orderBy('link'));
}

function rightBefore({ link }: AuditRecord): Work<Link | undefined> {
  const before = build.selectFrom('audit').select(['link', 'hash']).where('link', '<', link);
  return first(before.orderBy('link', 'desc').limit(1));
}

function isOwn({ entry, hash, link, seal }: AuditRecord, before: Link, expected: string): boolean {
  if (link !== before.link + 1 || !isSame(seal, expected)) return false;
  return isSame(linkHash(before.hash, link, { kind: 'act', values: [entry] }), hash);
}

/** Those that nobody accepted yet. */
export function openFindings({ findings }: Pick<ChainReport, 'findings'>): readonly ChainFinding[] {
  return findings.filter(({ accepted }) => accepted === undefined);
}

/** Stands for exactly the findings of both logs that nobody accepted yet; undefined when there are none. */
export function acceptanceCode(
  reports: Readonly<Record<ChainName, Pick<ChainReport, 'findings'>>>,
): string | undefined {
  const open = [...openFindings(reports.decisions), ...openFindings(reports.audit)];
  if (open.length === 0) return undefined;
  const prints = open.map(({ print }) => print).sort();
  return hash('sha256', `acceptance ${prints.join(' ')}`, 'hex').slice(0, CODE_DIGITS);
}

/** The rows that say what was accepted. */
export function acceptingActs(
  chain: ChainName,
  findings: readonly ChainFinding[],
  { by, reason }: { readonly by: Actor; readonly reason: string },
): readonly AuditAct[] {
  if (findings.length > MAX_FINDINGS) {
    const text = `expected at most ${MAX_FINDINGS} findings to accept, found ${findings.length}: restore a backup, or begin with an empty store`;
    throw new StoreError('conflict', text);
  }
  const acts: AuditAct[] = [];
  for (let at = 0; at < findings.length; at += FINDINGS_PER_ACT) {
    const kept = findings.slice(at, at + FINDINGS_PER_ACT).map(({ kind, link, print, until }) => ({
      ...{ kind, link, print },
      ...(until === undefined ? {} : { until }),
    }));
    acts.push({
      organization: FIRST_ORGANIZATION,
      actor: by,
      action: actionOf(chain),
      target: { kind: 'log', id: chain, name: chain },
      after: { reason, findings: kept },
    });
  }
  return acts;
}

const actionOf = (chain: ChainName): string => `${chain}.accepted`;
