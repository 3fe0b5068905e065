import { hash } from 'node:crypto';
import { WORKLOAD_TEXT_MAX } from '../limits/index.ts';
import type { Workload, WorkloadRule } from './contract.ts';

/** A beginning that ends where a part of a name does: `repo:acme*` would take `repo:acme-of-somebody-else/…`, too. */
const BEGINNING = /^[^*]*[/:]\*$/;

/** Why a text cannot say which subjects are meant; undefined when it can. */
export function subjectFault(text: string): string | undefined {
  if (text === '' || text.length > WORKLOAD_TEXT_MAX)
    return `expected 1 to ${WORKLOAD_TEXT_MAX} characters, found ${text.length}`;
  if (!text.includes('*') || (BEGINNING.test(text) && text.length > 2)) return undefined;
  return `expected a whole subject, or a beginning that ends in "/*" or ":*", found ${JSON.stringify(text)}`;
}

/** A beginning that says of what kind, and not whose: `repo:*` of a public issuer is everybody on earth. */
const KIND_ALONE = /^(?:[^*:/]+[:/]+|[:/]{2,})\*$/;

/** Why a rule would be for anybody; undefined for others. */
export function breadthFault({
  claims = {},
  subject,
}: {
  readonly subject: string;
  readonly claims?: Readonly<Record<string, string>> | undefined;
}): string | undefined {
  if (!KIND_ALONE.test(subject) || Object.keys(claims).length > 0) return undefined;
  return `expected more of the beginning, or "claims" that say whose it is, found ${JSON.stringify(subject)}`;
}

/** Whether a rule is for a program. */
export function fits({ claims, issuer, subject }: WorkloadRule, workload: Workload): boolean {
  if (issuer.issuer !== workload.issuer.issuer || !fitsSubject(subject, workload.subject)) return false;
  return Object.entries(claims).every(([name, wanted]) => {
    const said = Object.hasOwn(workload.claims, name) ? workload.claims[name] : undefined;
    return said === wanted || (Array.isArray(said) && said.includes(wanted));
  });
}

function fitsSubject(wanted: string, said: string): boolean {
  if (!wanted.endsWith('*')) return wanted === said;
  const beginning = wanted.slice(0, -1);
  return said.startsWith(beginning) && said.length > beginning.length;
}

/** Stands for all that a rule says, SHA-256 in hex: another rule has another one. */
export function keyOf({ claims, issuer, subject }: WorkloadRule): string {
  const sorted = Object.entries(claims).sort(([one], [other]) => (one < other ? -1 : 1));
  return hash('sha256', JSON.stringify([issuer.issuer, issuer.audience ?? null, subject, sorted]), 'hex');
}
