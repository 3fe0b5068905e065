import { type Config, type ServerEntry, serverSettings } from '../config/index.ts';
import type { CheckedServer, ServerParts } from '../control/index.ts';
import type { ApiCommands } from '../gateway-options.ts';
import type { Log } from '../proxy/index.ts';
import {
  FIRST_ORGANIZATION,
  type ServerOwner,
  type ServerSecrets,
  type Store,
  type StoredServer,
  StoreError,
} from '../store/index.ts';
import type { ServerSettings, UnownedSettings } from '../upstreams/index.ts';

/** What the operator lets servers be that were registered through the API. */
export type StoredRules = {
  readonly apiCommands: ApiCommands;
  /** Whether they may have private addresses at all; where they may, they do unless they say otherwise. */
  readonly allowPrivate: boolean;
  /** Of servers that do not say for how long they hold calls: what the configuration file says of all. */
  readonly holdMs?: number | undefined;
};

/**
 * The servers that the store keeps and that are not disabled, as they are in force. One that the configuration file declares too, that may
 * not be as it is any more, or whose credentials cannot be opened is left out and named in the log: its calls are refused, the others go on.
 */
export async function storedServers(
  config: Config,
  { log, rules, store }: { readonly store: Store; readonly log: Log; readonly rules: StoredRules },
): Promise<readonly ServerSettings[]> {
  const declared = new Set(config.servers.map(({ slug }) => slug));
  const found: ServerSettings[] = [];
  for (const one of await store.servers.list()) {
    const { entry, id, organization, slug } = one;
    if (entry['disabled'] === true) continue;
    if (organization === FIRST_ORGANIZATION && declared.has(slug)) {
      log.warn({ server: slug }, 'a stored server is not in force: the configuration file declares its name');
      continue;
    }
    const checked = await readStored(store, one, { ...rules, holdMs: config.holdMs });
    if (checked.ok) found.push({ ...signedIn(checked.settings, one), id, organization });
    else
      log.error(
        { server: slug, organization, problems: checked.faults.map(({ message }) => message) },
        'a stored server is not in force',
      );
  }
  return found;
}

/** A program needs no sign-in of the gateway, also if it was a server over HTTP once. */
function signedIn(settings: UnownedSettings, { signedInAtMs }: StoredServer): UnownedSettings {
  const { target } = settings;
  if (target.kind !== 'http' || signedInAtMs === undefined) return settings;
  return { ...settings, target: { ...target, signedInAtMs } };
}

async function readStored(store: Store, one: StoredServer, rules: StoredRules): Promise<CheckedServer> {
  try {
    const secrets = await store.servers.secretsOf(one);
    return checkStored(one, { entry: one.entry, secrets }, rules);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'unreadable') throw error;
    return { ok: false, faults: [{ pointer: '', message: error.message }] };
  }
}

/** By the code that checks the configuration file, and by what the operator lets the API do. */
export function checkStored(owner: ServerOwner, parts: ServerParts, rules: StoredRules): CheckedServer {
  const entry = wholeEntry(parts);
  const faults = [...operatorFaults(owner, entry, rules)];
  const settings = serverSettings(entry, {
    slug: owner.slug,
    environment: 'withheld',
    allowPrivate: rules.allowPrivate,
    holdMs: rules.holdMs,
    report: (key, message) => faults.push({ pointer: key === '' ? '' : `/${key}`, message }),
  });
  return settings === undefined || faults.length > 0 ? { ok: false, faults } : { ok: true, settings };
}

type Faults = Extract<CheckedServer, { ok: false }>['faults'];

function operatorFaults({ organization }: ServerOwner, entry: ServerEntry, rules: StoredRules): Faults {
  const { allowPrivate, apiCommands } = rules;
  const mayStart = apiCommands === 'all' || (apiCommands === 'first' && organization === FIRST_ORGANIZATION);
  return [
    ...(entry.command === undefined || mayStart
      ? []
      : [
          {
            pointer: '/command',
            message: `expected "url": the operator lets ${apiCommands === 'none' ? 'no organisation' : 'the first organisation alone'} start programs through the API (boomgate up --api-commands)`,
          },
        ]),
    ...(entry.allow_private !== true || allowPrivate
      ? []
      : [
          {
            pointer: '/allow_private',
            message:
              'expected false: only the configuration file may allow private addresses on this gateway',
          },
        ]),
  ];
}

/** The entry of a configuration file that says the same. */
function wholeEntry({ entry, secrets: { env, headers, query } }: ServerParts): ServerEntry {
  // A cast: the API took it by the contract's schema, whose members are some of those of the file's.
  const plain = entry as ServerEntry;
  const url = plain.url === undefined ? {} : { url: withQuery(plain.url, query) };
  return { ...plain, ...url, headers: { ...headers }, env: { ...env } };
}

function withQuery(url: string, query: ServerSecrets['query']): string {
  return query.length === 0 ? url : `${url}?${query.map(([name, value]) => `${name}=${value}`).join('&')}`;
}
