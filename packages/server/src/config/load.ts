import { setImmediate as nextTurn } from 'node:timers/promises';
import { type JsonObject, parsePolicyTree, similarWord } from '@boomgate/engine';
import { engineFunctions } from '../functions/index.ts';
import { isSentAnyway, type UnownedSettings } from '../upstreams/index.ts';
import {
  type Config,
  type ConfigResult,
  DEFAULT_RETENTION,
  type DeclaredPolicy,
  EMPTY_CONFIG,
  keptFor,
  longer,
  type Retention,
} from './config.ts';
import { type FileDocument, SERVER_KEYS, type ServerEntry, TOP_KEYS } from './file-schema.ts';
import { readGrants } from './grant-entry.ts';
import { readMail } from './mail-entry.ts';
import { readMetrics } from './metrics-entry.ts';
import { openFile, type Report } from './open-file.ts';
import { problemLine, readPolicyFile } from './policy-file.ts';
import { readText } from './read-document.ts';
import { readReferenced } from './referenced-files.ts';
import { type Environment, withFiles } from './references.ts';
import { serverSettings, slugOf } from './server-entry.ts';
import { readProviders } from './sign-in-entry.ts';
import { readTls } from './tls-entry.ts';
import { readWebhooks } from './webhook-entry.ts';

type LoadOptions = {
  readonly path: string;
  readonly environment: Environment;
  /** Whether servers may have private addresses when they say nothing: true when the gateway listens on loopback only. */
  readonly allowPrivate: boolean;
};

/** Reads a configuration file and the policies it names. All or nothing: one problem anywhere and there is no configuration. */
export async function loadConfig(options: LoadOptions): Promise<ConfigResult> {
  const opened = await openFile(options.path);
  if (!opened.ok) return opened;
  const { file, report } = opened;
  const environment = withFiles(options.environment, await readReferenced(file, report));
  if (report.problems.length > 0) return { ok: false, problems: report.problems, files: report.files };
  return readConfig(file, { ...options, environment }, report);
}

async function readConfig(file: FileDocument, options: LoadOptions, report: Report): Promise<ConfigResult> {
  const servers = await readServers(file, options, report);
  const policies = await readPolicies(file, report);
  const grants = readGrants(file, options, report);
  const webhooks = readWebhooks(file.webhooks ?? [], {
    ...options,
    report: (steps, message) => report.problem(['webhooks', ...steps], message),
  });
  const mail = readMail(file.mail, options.environment, (steps, message) =>
    report.problem(['mail', ...steps], message),
  );
  const grantOf = (hash: string) => grants.find(({ tokenHash }) => tokenHash === hash)?.name;
  const metrics = readMetrics(file.metrics, {
    environment: options.environment,
    report: (steps, message) => report.problem(['metrics', ...steps], message),
    grantOf,
  });
  const providers = readProviders(file.signIn?.providers ?? {}, {
    ...options,
    report: (steps, message) => report.problem(['signIn', 'providers', ...steps], message),
    openedBy: (hash) => {
      const grant = grantOf(hash);
      if (grant !== undefined) return `the grant ${grant}`;
      return hash === metrics?.tokenHash ? '"metrics"' : undefined;
    },
  });
  const requiresProvider = file.signIn?.only === 'providers';
  if (requiresProvider && Object.keys(file.signIn?.providers ?? {}).length === 0)
    report.problem(['signIn', 'only'], 'expected a provider under "providers": nobody could sign in');
  checkNames({ servers, policies, grants }, file, report);
  warnOfUnknownKeys(file, report);
  if (report.problems.length > 0) {
    const { files, problems, slips } = report;
    return { ok: false, problems: [...slips, ...problems], files };
  }
  const retention = readRetention(file);
  const { files, warnings } = report;
  const holdMs = file.approvals?.hold_ms;
  const rest = {
    ...{ retention, webhooks, providers, requiresProvider, files, warnings },
    requiresBoundTokens: file.agents?.access_tokens === 'bound',
    ...(mail === undefined ? {} : { mail }),
    ...(metrics === undefined ? {} : { metrics }),
    ...(holdMs === undefined ? {} : { holdMs }),
  };
  return { ok: true, config: { servers, policies, grants, ...rest } };
}

/** The configuration of a gateway without a file: what the environment says. */
export function configWithoutFile(environment: Environment): ConfigResult {
  const problems: string[] = [];
  const mail = readMail(undefined, environment, (steps, message) =>
    problems.push(`the environment: ${['mail', ...steps].join('.')}: ${message}`),
  );
  if (problems.length > 0) return { ok: false, problems, files: [] };
  return { ok: true, config: mail === undefined ? EMPTY_CONFIG : { ...EMPTY_CONFIG, mail } };
}

function readRetention({ retention }: FileDocument): Retention {
  const decisions = keptFor(retention?.decisions, DEFAULT_RETENTION.decisions);
  return {
    decisions,
    audit: keptFor(retention?.audit, DEFAULT_RETENTION.audit),
    // So that a row of the log leads to its grant, as long as there is the row.
    grants: keptFor(retention?.grants, longer(decisions, DEFAULT_RETENTION.grants)),
  };
}

async function readServers(
  file: FileDocument,
  options: LoadOptions,
  report: Report,
): Promise<Config['servers']> {
  const settings: UnownedSettings[] = [];
  const entries: [string, string, ServerEntry][] = [];
  for (const key of ['mcpServers', 'servers'] as const) {
    for (const [name, entry] of Object.entries(file[key] ?? {})) entries.push([key, name, entry]);
  }
  const slugs = new Map<string, string>();
  for (const [key, name, entry] of entries) {
    const slug = slugOf(name);
    const other = slugs.get(slug);
    if (slug === '') report.problem([key, name], 'expected a name with at least one letter or digit');
    if (other !== undefined)
      report.problem([key, name], `has the same address /mcp/${slug} as ${other}; rename one of them`);
    slugs.set(slug, name);
    if (entry.disabled === true) continue;
    const { allowPrivate, environment } = options;
    const atKey = (inner: string, message: string): void =>
      report.problem([key, name, ...(inner === '' ? [] : inner.split('/'))], message);
    const holdMs = file.approvals?.hold_ms;
    const readFile = (path: string) => readText(report.resolve(path));
    const tls = entry.tls && (await readTls(entry.tls, { environment, readFile, report: atKey }));
    const one = serverSettings(entry, { slug, environment, allowPrivate, tls, holdMs, report: atKey });
    if (one !== undefined) settings.push(one);
  }
  return settings;
}

async function readPolicies(file: FileDocument, report: Report): Promise<readonly DeclaredPolicy[]> {
  const policies: DeclaredPolicy[] = [];
  for (const [name, source] of Object.entries(file.policies ?? {})) {
    if (typeof source === 'string') {
      const result = await readPolicyFile(report.resolve(source));
      if (result.ok) policies.push({ name, policy: result.policy });
      else report.problems.push(...result.lines);
    } else {
      // The shape check let only JSON objects through.
      const result = parsePolicyTree(source as JsonObject, engineFunctions);
      if (result.ok) policies.push({ name, policy: result.policy });
      else
        for (const problem of result.problems)
          report.problem(['policies', name], problemLine('policy', problem));
    }
    // There may be hundreds, while calls go on.
    await nextTurn();
  }
  return policies;
}

function checkNames(
  config: Pick<Config, 'servers' | 'policies' | 'grants'>,
  file: FileDocument,
  report: Report,
): void {
  const servers = new Set(Object.keys({ ...file.mcpServers, ...file.servers }).map(slugOf));
  const policies = new Set(Object.keys(file.policies ?? {}));
  for (const { name, policy, server, stack } of config.grants) {
    const places = stack?.map((member) => ({ ...member, at: ['servers', member.server] })) ?? [
      { server, policy, at: ['server'] },
    ];
    for (const place of places) {
      const steps = ['grants', name, ...place.at];
      if (!servers.has(place.server))
        report.problem(steps, `there is no server "${place.server}"; known: ${list(servers)}`);
      if (place.policy !== undefined && !policies.has(place.policy)) {
        const named = stack === undefined ? ['grants', name, 'policy'] : steps;
        report.problem(named, `there is no policy "${place.policy}"; known: ${list(policies)}`);
      }
    }
  }
}

function warnOfUnknownKeys(file: FileDocument, report: Report): void {
  for (const key of Object.keys(file)) {
    const slip = meant(key, TOP_KEYS);
    if (!TOP_KEYS.has(key))
      report[slip === '' ? 'warning' : 'slip']([key], `is not a key of this file and was ignored${slip}`);
  }
  for (const section of ['mcpServers', 'servers'] as const) {
    for (const [name, entry] of Object.entries(file[section] ?? {})) {
      const unknown = Object.keys(entry).filter((key) => !SERVER_KEYS.has(key));
      const misspelt = unknown.filter((key) => !CLIENT_KEYS.has(key) && meant(key, SERVER_KEYS) !== '');
      for (const key of misspelt)
        report.slip(
          [section, name, key],
          `is not a key of a server and was ignored${meant(key, SERVER_KEYS)}`,
        );
      const foreign = unknown.filter((key) => !misspelt.includes(key));
      if (foreign.length > 0)
        report.warning([section, name], `ignored what only a client needs: ${foreign.join(', ')}`);
      const sentAnyway = Object.keys(entry.headers ?? {}).filter(isSentAnyway);
      if (sentAnyway.length > 0)
        report.warning(
          [section, name, 'headers'],
          `ignored what the gateway sends by itself: ${sentAnyway.join(', ')}`,
        );
    }
  }
}

/** Keys of clients that are no slips of the pen, though they look like ones of the gateway. */
const CLIENT_KEYS: ReadonlySet<string> = new Set(['enabled', 'timeout', 'tools']);

/** The key that was probably meant, as the end of a message; empty where none is near. */
function meant(key: string, keys: ReadonlySet<string>): string {
  const word = similarWord(key, keys);
  return word === undefined ? '' : `; did you mean "${word}"?`;
}

function list(names: ReadonlySet<string>): string {
  return names.size === 0 ? 'none' : [...names].sort().join(', ');
}
