import { hashToken, stackFault, tokenFault } from '../identity/index.ts';
import type { DeclaredGrant } from './config.ts';
import type { FileDocument, GrantEntry } from './file-schema.ts';
import { readKeys } from './key-entry.ts';
import type { Report } from './open-file.ts';
import { type Environment, resolveReferences } from './references.ts';
import { slugOf } from './server-entry.ts';
import { readIssuers, readRules } from './workload-entry.ts';

/** What agents present, and the programs that need nothing of it; grants with a problem are reported and left out. */
export function readGrants(
  file: FileDocument,
  options: { readonly environment: Environment; readonly allowPrivate: boolean },
  report: Report,
): readonly DeclaredGrant[] {
  const grants: DeclaredGrant[] = [];
  const seen = new Map<string, string>();
  const issuers = readIssuers(file.workloads ?? {}, {
    ...options,
    report: (steps, message) => report.problem(['workloads', ...steps], message),
  });
  for (const [name, entry] of Object.entries(file.grants ?? {})) {
    const at = (steps: readonly string[], message: string): void =>
      report.problem(['grants', name, ...steps], message);
    const tokenHash = tokenHashOf(name, entry, { ...options, report: at });
    if (tokenHash === undefined) continue;
    const other = seen.get(tokenHash);
    if (other !== undefined) at(['token'], `is the same as that of ${other}; every grant needs its own`);
    seen.set(tokenHash, name);
    const workloads = readRules(entry.workloads ?? [], issuers, (steps, message) =>
      at(['workloads', ...steps], message),
    );
    const opened = openedBy(name, entry, report);
    if (opened === undefined) continue;
    const rules = entry.workloads === undefined ? {} : { workloads };
    const keys = readKeys(name, entry, { ...options, report: at });
    const signing = keys === undefined ? {} : { keys };
    grants.push({ ...declaredGrant(name, entry, tokenHash), ...opened, ...rules, ...signing });
  }
  return grants;
}

type TokenContext = {
  readonly environment: Environment;
  readonly report: (steps: readonly string[], message: string) => void;
};

/** Undefined when it was reported why there can be none. */
function tokenHashOf(
  name: string,
  { keys, token: text, workloads }: GrantEntry,
  { environment, report }: TokenContext,
): string | undefined {
  if (text === undefined) {
    // No header can say this, as it has spaces.
    if (workloads !== undefined || keys !== undefined) return hashToken(`no token of ${name}`);
    report([], 'expected a "token", or "workloads" or "keys" that need none');
    return undefined;
  }
  const token = resolveReferences(text, environment);
  const fault = 'problem' in token ? token.problem : tokenFault(token.text);
  if (fault === undefined && 'text' in token) return hashToken(token.text);
  report(['token'], fault ?? 'cannot be resolved');
  return undefined;
}

/** What a grant opens: one server, or several as a stack. */
function openedBy(
  name: string,
  { policy, server, servers }: GrantEntry,
  report: Report,
): Pick<DeclaredGrant, 'server' | 'stack'> | undefined {
  if ((server === undefined) === (servers === undefined)) {
    const found = server === undefined ? 'neither' : 'both';
    report.problem(['grants', name], `expected "server" or "servers", found ${found}`);
    return undefined;
  }
  if (servers === undefined) return { server: slugOf(server ?? '') };
  if (policy !== undefined)
    report.problem(
      ['grants', name, 'policy'],
      'belongs to a grant of one server; name a policy for each of "servers"',
    );
  const stack = Object.entries(servers).map(([one, its]) => ({
    server: slugOf(one),
    ...(its === null ? {} : { policy: its }),
  }));
  const fault = stackFault(stack);
  if (fault !== undefined) report.problem(['grants', name, 'servers'], fault);
  return { server: '', stack };
}

function declaredGrant(
  name: string,
  entry: GrantEntry,
  tokenHash: string,
): Omit<DeclaredGrant, 'server' | 'stack'> {
  return {
    name,
    labels: entry.labels ?? {},
    mode: entry.mode ?? 'enforce',
    tokenHash,
    ...(entry.policy === undefined ? {} : { policy: entry.policy }),
    ...(entry.networks === undefined ? {} : { networks: entry.networks }),
    ...(entry.owner === undefined ? {} : { owner: entry.owner }),
    ...(entry.expires === undefined ? {} : { expiresAtMs: Date.parse(entry.expires) }),
  };
}
