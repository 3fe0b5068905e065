import { hash } from 'node:crypto';
import { hashToken, tokenFault } from '../identity/index.ts';
import type { Provider, VouchedClient } from '../sign-on/index.ts';
import type { ProviderEntry } from './file-schema.ts';
import { keysOf } from './key-entry.ts';
import { type Environment, resolvedOr, resolveReferences } from './references.ts';

type ProvidersContext = {
  readonly environment: Environment;
  /** For a provider that says nothing of private addresses. */
  readonly allowPrivate: boolean;
  readonly report: (steps: readonly string[], message: string) => void;
  /** What else a token opens, in words. */
  readonly openedBy: (tokenHash: string) => string | undefined;
};

const HOUR_MS = 3_600_000;
const DEFAULT_SCOPES = ['openid', 'email', 'profile'];
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** By whom people may sign in; those with a problem are reported and left out. */
export function readProviders(
  entries: Readonly<Record<string, ProviderEntry>>,
  context: ProvidersContext,
): readonly Provider[] {
  const directories = new Map<string, string>();
  const ruled = new Map<string, string>();
  const sending = new Map<string, string>();
  return Object.entries(entries).flatMap(([id, entry]) => {
    const declared = readProvider(id, entry, context);
    if (declared === undefined) return [];
    const agents = readClients(declared, entry, context);
    const provider = { ...declared, ...(agents.length === 0 ? {} : { agents }) };
    for (const { id: client } of agents) {
      const sender = sending.get(client);
      if (sender !== undefined)
        context.report([id, 'agents', 'clients', client], `is a client of the provider ${sender}, too`);
      sending.set(client, id);
    }
    const directoryTokenHash = readDirectoryToken(id, entry, context);
    if (directoryTokenHash === undefined) return [provider];
    const other = directories.get(directoryTokenHash);
    if (other !== undefined)
      context.report([id, 'scim', 'token'], `is the same as that of the provider ${other}`);
    directories.set(directoryTokenHash, id);
    const ruling = ruled.get(provider.issuer);
    if (ruling !== undefined) context.report([id, 'scim'], twoDirectories(provider.issuer, ruling));
    ruled.set(provider.issuer, id);
    return [{ ...provider, directoryTokenHash }];
  });
}

/** Programs that come in by the provider's word; those with a problem are reported and left out. */
function readClients(
  { id, issuer }: Provider,
  { agents }: ProviderEntry,
  { environment, report }: ProvidersContext,
): readonly VouchedClient[] {
  return Object.entries(agents?.clients ?? {}).flatMap(([client, { jwks, secret = '' }]): VouchedClient[] => {
    const at = [id, 'agents', 'clients', client];
    if (jwks !== undefined) {
      const keys = keysOf(jwks, environment);
      if (typeof keys !== 'string') return [{ id: client, jwks: keys, key: keyOf([issuer, client, keys]) }];
      report([...at, 'jwks'], keys);
      return [];
    }
    const resolved = resolveReferences(secret, environment);
    const fault = 'problem' in resolved ? resolved.problem : clientSecretFault(resolved.text);
    if (fault !== undefined) report([...at, 'secret'], fault);
    if (fault !== undefined || !('text' in resolved)) return [];
    return [{ id: client, secret: resolved.text, key: keyOf([issuer, client, hashToken(resolved.text)]) }];
  });
}

const keyOf = (facts: readonly unknown[]): string => hash('sha256', JSON.stringify(facts), 'hex');

/** Programs send it as it is, or encoded (RFC 6749 §2.3.1), as which it is read: it has to be the same in both. */
function clientSecretFault(secret: string): string | undefined {
  return tokenFault(secret) ?? (/[%+]/.test(secret) ? 'expected no % and no +, found one' : undefined);
}

/** A directory speaks of all whom its issuer proves: two might say different things of one person. */
function twoDirectories(issuer: string, other: string): string {
  return `expected one directory of the issuer ${issuer}, found that of the provider ${other}, too: declare "scim" with one of them, which then counts for both`;
}

/** What a directory presents; undefined where none is declared, or when it was reported why it cannot be. */
function readDirectoryToken(
  id: string,
  { scim }: ProviderEntry,
  { environment, openedBy, report }: ProvidersContext,
): string | undefined {
  if (scim === undefined) return undefined;
  const token = resolveReferences(scim.token, environment);
  const fault = 'problem' in token ? token.problem : tokenFault(token.text);
  const hash = 'text' in token ? hashToken(token.text) : '';
  const other = openedBy(hash);
  const wrong = fault ?? (other === undefined ? undefined : `is the same as that of ${other}`);
  if (wrong === undefined) return hash;
  report([id, 'scim', 'token'], wrong);
  return undefined;
}

function readProvider(
  id: string,
  entry: ProviderEntry,
  { allowPrivate, environment, report }: ProvidersContext,
): Provider | undefined {
  const resolved = (key: 'issuer' | 'client_id' | 'client_secret') =>
    resolvedOr((problem) => report([id, key], problem), entry[key] ?? '', environment);
  const [issuer, clientId, secret] = [resolved('issuer'), resolved('client_id'), resolved('client_secret')];
  if (issuer === undefined || clientId === undefined || secret === undefined) return undefined;
  const isPrivate = entry.allow_private ?? allowPrivate;
  const fault = issuerFault(issuer, isPrivate);
  if (fault !== undefined) {
    report([id, 'issuer'], fault);
    return undefined;
  }
  return {
    id,
    name: entry.name ?? id,
    issuer,
    clientId,
    ...(secret === '' ? {} : { clientSecret: secret }),
    scopes: [...new Set(['openid', ...(entry.scopes ?? DEFAULT_SCOPES)])],
    allowedDomains: entry.allowed_domains?.map((domain) => domain.toLowerCase()) ?? [],
    role: entry.role ?? 'viewer',
    verifiedEmail: entry.verified_email ?? 'claims',
    groupsClaim: entry.groups_claim ?? 'groups',
    groups: entry.groups ?? {},
    syncsRoles: entry.sync_roles ?? false,
    secondFactor: entry.second_factor ?? 'claims',
    ...(entry.session_hours === undefined ? {} : { sessionMs: entry.session_hours * HOUR_MS }),
    allowPrivate: isPrivate,
  };
}

/** What is asked there proves people and programs, and carries secrets: only this machine may go without TLS. */
export function issuerFault(issuer: string, allowPrivate: boolean): string | undefined {
  const url = URL.parse(issuer);
  const isOwnMachine = url?.protocol === 'http:' && LOOPBACK.test(url.hostname) && allowPrivate;
  if (url === null || (url.protocol !== 'https:' && !isOwnMachine))
    return 'expected an https address, or http on a loopback address of this machine with allow_private';
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return 'expected an address without user name, password, query and fragment';
  return undefined;
}
