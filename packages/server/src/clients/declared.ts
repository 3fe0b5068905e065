import { type Client, type ClientId, clients, type Entry } from '@boomgate/catalogue/clients';
import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import { SERVERS_PER_FILE } from './bounds.ts';
import type { ClientDocument } from './document.ts';
import { type ServerTarget, targetOf } from './target.ts';

/** A server that a client's file declares. Holds the file's secrets: for starting it and for nothing that is printed. */
export type DeclaredServer = {
  readonly client: ClientId;
  readonly name: string;
  /** The keys that lead to it in the file. */
  readonly steps: readonly string[];
  /** The folder of the project that it is declared for, where the file holds several. */
  readonly project?: string;
  readonly disabled: boolean;
  readonly target: ServerTarget;
  readonly entry: Entry;
};

export type DeclaredResult =
  | { readonly ok: true; readonly servers: readonly DeclaredServer[] }
  | { readonly ok: false; readonly message: string };

/** Goose calls tools of its own extensions too; they are no servers. */
const BUILT_IN: ReadonlySet<Json | undefined> = new Set(['builtin', 'platform', 'frontend', 'inline_python']);

/** The servers of a client's file in their order, disabled ones too. */
export function declaredIn(client: ClientId, { tree }: Pick<ClientDocument, 'tree'>): DeclaredResult {
  const { key, hasProjects }: Client = clients[client];
  const servers: DeclaredServer[] = [];
  const found = [...inSection(client, tree, [key])];
  if (hasProjects === true) {
    const projects = ownProperty(tree, 'projects');
    for (const [project, settings] of isJsonObject(projects) ? Object.entries(projects) : []) {
      if (isJsonObject(settings)) found.push(...inSection(client, settings, ['projects', project, key]));
    }
  }
  for (const { steps, entry, name } of found) {
    if (BUILT_IN.has(ownProperty(entry, 'type'))) continue;
    const project = steps[0] === 'projects' ? steps[1] : undefined;
    servers.push({
      client,
      name,
      steps,
      ...(project === undefined ? {} : { project }),
      disabled: ownProperty(entry, 'disabled') === true || ownProperty(entry, 'enabled') === false,
      target: targetOf(entry, clients[client].references),
      entry,
    });
  }
  if (servers.length > SERVERS_PER_FILE)
    return { ok: false, message: `expected at most ${SERVERS_PER_FILE} servers, found ${servers.length}` };
  return { ok: true, servers };
}

type Found = { readonly name: string; readonly steps: readonly string[]; readonly entry: JsonObject };

/** Entries by name, or as Continue has them a list of entries with their names inside. */
function inSection(client: ClientId, tree: JsonObject, steps: readonly string[]): readonly Found[] {
  const section = ownProperty(tree, steps.at(-1) ?? '');
  if (Array.isArray(section)) {
    return section.flatMap((entry, index): readonly Found[] => {
      if (!isJsonObject(entry)) return [];
      const name = ownProperty(entry, 'name');
      const named = typeof name === 'string' && name !== '' ? name : `${client}-${index + 1}`;
      return [{ name: named, steps: [...steps, String(index)], entry }];
    });
  }
  if (!isJsonObject(section)) return [];
  return Object.entries(section).map(([name, entry]) => ({
    name,
    steps: [...steps, name],
    // What is no object declares nothing that can be read, and is listed as that.
    entry: isJsonObject(entry) ? entry : {},
  }));
}
