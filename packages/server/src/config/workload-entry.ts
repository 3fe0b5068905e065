import type { WorkloadIssuer, WorkloadRule } from '../workloads/index.ts';
import type { GrantEntry, WorkloadIssuerEntry } from './file-schema.ts';
import { type Environment, resolvedOr } from './references.ts';
import { issuerFault } from './sign-in-entry.ts';

type IssuersContext = {
  readonly environment: Environment;
  /** For an issuer that says nothing of private addresses. */
  readonly allowPrivate: boolean;
  readonly report: (steps: readonly string[], message: string) => void;
};

/** Who vouches for programs, by key; those with a problem are reported and left out. */
export function readIssuers(
  entries: Readonly<Record<string, WorkloadIssuerEntry>>,
  context: IssuersContext,
): ReadonlyMap<string, WorkloadIssuer> {
  const issuers = new Map<string, WorkloadIssuer>();
  for (const [id, entry] of Object.entries(entries)) {
    const issuer = readIssuer(id, entry, context);
    if (issuer === undefined) continue;
    const other = [...issuers.values()].find((one) => one.issuer === issuer.issuer);
    if (other !== undefined) context.report([id, 'issuer'], `is the same as that of ${other.id}`);
    issuers.set(id, issuer);
  }
  return issuers;
}

function readIssuer(
  id: string,
  entry: WorkloadIssuerEntry,
  { allowPrivate, environment, report }: IssuersContext,
): WorkloadIssuer | undefined {
  const resolved = (key: 'issuer' | 'audience') =>
    resolvedOr((problem) => report([id, key], problem), entry[key] ?? '', environment);
  const [issuer, audience] = [resolved('issuer'), resolved('audience')];
  if (issuer === undefined || audience === undefined) return undefined;
  const isPrivate = entry.allow_private ?? allowPrivate;
  const fault = issuerFault(issuer, isPrivate);
  if (fault !== undefined) {
    report([id, 'issuer'], fault);
    return undefined;
  }
  return { id, issuer, ...(audience === '' ? {} : { audience }), allowPrivate: isPrivate };
}

/** Which programs a grant is for; a rule of an issuer that is not there is reported. */
export function readRules(
  rules: NonNullable<GrantEntry['workloads']>,
  issuers: ReadonlyMap<string, WorkloadIssuer>,
  report: (steps: readonly string[], message: string) => void,
): readonly WorkloadRule[] {
  return rules.flatMap(({ claims = {}, issuer: key, subject }, at) => {
    const issuer = issuers.get(key);
    if (issuer !== undefined) return [{ issuer, subject, claims }];
    const known = issuers.size === 0 ? 'none' : [...issuers.keys()].sort().join(', ');
    report([`${at}`, 'issuer'], `there is no issuer "${key}" under "workloads"; known: ${known}`);
    return [];
  });
}
