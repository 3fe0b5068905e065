import { type DeclaredNames, declaredNames } from '@boomgate/server/declared-names';
import {
  type GrantRecord,
  newestOffered,
  ORGANIZATION,
  type Store,
  type StoredServer,
} from '@boomgate/server/stored';
import type { ServerListPlan } from '../plan/index.ts';
import { type ListedServer, printServers } from '../report/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { findConfig } from './config-file.ts';
import { isOpen } from './open-grant.ts';
import { openToRead } from './store.ts';

/** What the file declares, as far as it can be read, and what is registered in the API. How each is doing only a running gateway knows. */
export async function runServerList(plan: ServerListPlan, world: World): Promise<ExitCode> {
  const { facts, keep, output, show } = world;
  const path = plan.config ?? findConfig(facts);
  const declared = path === undefined ? undefined : await declaredNames(path);
  const store = keep(await openToRead(plan, facts));
  const listed = await serversOf(store, declared?.ok === true ? declared : undefined, facts.nowMs);
  if (show.json) output.json(listed);
  else if (listed.length > 0) output.data(printServers(listed, { ...output, ...facts }));
  else output.note('no servers yet: declare one in the configuration file, or register one in the dashboard');
  if (declared?.ok === false) {
    const problems = declared.problems.map((problem) => visible(problem)).join('\n');
    output.note(
      `\n${problems}\nWhat the file declares is not known: this is what the store has. A running gateway keeps what it had.`,
    );
    return 2;
  }
  if (listed.some(({ from }) => from === undefined))
    output.note('\nNo configuration file was read: name it with --config to see which servers it declares.');
  return 0;
}

type Declared = Extract<DeclaredNames, { ok: true }>;

async function serversOf(
  store: Store,
  declared: Declared | undefined,
  nowMs: number,
): Promise<readonly ListedServer[]> {
  const stored = new Map((await store.servers.list(ORGANIZATION)).map((one) => [one.slug, one]));
  const ofFile = new Set(declared?.servers);
  // What a gateway has known and no file that was read declares is gone.
  const known = declared === undefined ? await store.servers.slugs(ORGANIZATION) : [];
  const names = new Set([...ofFile, ...stored.keys(), ...known]);
  const grants = (await store.grants.list()).filter(
    (grant) => grant.organization === ORGANIZATION && isOpen(grant, nowMs),
  );
  const listed: ListedServer[] = [];
  for (const name of [...names].sort())
    listed.push({
      name,
      ...titleOf(ofFile.has(name) ? declared?.titles.get(name) : stored.get(name)?.entry['title']),
      ...aboutOf(ofFile.has(name), stored.get(name)),
      ...(await toolsOf(store, name)),
      grants: grants.filter((grant) => opens(grant, name)).length,
    });
  return listed;
}

function titleOf(title: unknown): Pick<ListedServer, 'title'> {
  return typeof title === 'string' ? { title } : {};
}

function aboutOf(
  isDeclared: boolean,
  stored: StoredServer | undefined,
): Pick<ListedServer, 'from' | 'isShadowing' | 'isDisabled'> {
  if (isDeclared) return { from: 'file', ...(stored === undefined ? {} : { isShadowing: true }) };
  if (stored === undefined) return {};
  return { from: 'api', ...(stored.entry['disabled'] === true ? { isDisabled: true } : {}) };
}

async function toolsOf({ tools }: Store, server: string): Promise<Pick<ListedServer, 'tools' | 'held'>> {
  const offered = newestOffered(await tools.known({ organization: ORGANIZATION, server }));
  return { tools: offered.length, held: offered.filter(({ state }) => state === 'held').length };
}

const opens = ({ server, stack = [] }: GrantRecord, name: string): boolean =>
  server === name || stack.some((member) => member.server === name);
