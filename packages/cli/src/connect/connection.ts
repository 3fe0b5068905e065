import {
  appData,
  CLIENT_IDS,
  type Client,
  type ClientId,
  clients,
  type Recipe,
  type Target,
  tableText,
  userFilesOf,
} from '@boomgate/server/clients';
import { endpointOf } from '../endpoint.ts';
import { type Facts, pathsOf } from '../facts.ts';
import type { Output } from '../terminal/index.ts';

/** Clients that can be connected: all but those whose files are only read. */
export const CONNECTABLE: readonly ClientId[] = CLIENT_IDS.filter((id) => 'recipe' in clients[id]);

/** The environment variable that clients and `boomgate run` read the grant's token from. */
export const GRANT_VARIABLE = 'BOOMGATE_GRANT';

/** What to connect; `server` is empty for a stack. */
export type ConnectTarget = { readonly client: ClientId; readonly server: string; readonly url: string };

/** Under which a client keeps a stack, where a server has its slug. */
const STACK_NAME = 'boomgate';

/** Everything to connect one client; what `connect --json` prints. Holds no token, only references to one. */
export type Connection = {
  readonly client: ClientId;
  readonly title: string;
  /** The person's own file on this machine. */
  readonly path: string;
  readonly projectPath?: string;
  readonly format: 'json' | 'toml';
  /** What to merge into the file. */
  readonly snippet: string;
  readonly command?: string;
  /** How the token reaches the client: lines for a shell, or words when it asks by itself. */
  readonly token: { readonly how: Recipe['token']; readonly lines: readonly string[] };
  readonly note?: string;
};

/** Throws for a client that is not `CONNECTABLE`. */
export function connectionFor({ client, server, url }: ConnectTarget, facts: Facts): Connection {
  const { format, projectFiles, recipe, title }: Client = clients[client];
  if (recipe === undefined || format === 'yaml') throw new TypeError(`${client} cannot be connected`);
  const name = server === '' ? STACK_NAME : server;
  const target: Target = targetFor({ name, server, url, grant: name, variable: GRANT_VARIABLE }, facts);
  const [path = ''] = userFilesOf(client, facts);
  const [projectPath] = projectFiles;
  return {
    client,
    title,
    path,
    ...(projectPath === undefined ? {} : { projectPath }),
    format,
    snippet: snippetOf(client, recipe, target),
    ...(recipe.command === undefined ? {} : { command: recipe.command(target) }),
    token: { how: recipe.token, lines: tokenLines(recipe.token, target.tokenFile, facts) },
    ...(recipe.note === undefined ? {} : { note: recipe.note }),
  };
}

/** What a recipe is filled in with: the client's name of the server, the server on the gateway, and where its token is kept. */
export function targetFor(
  wanted: Pick<Target, 'name' | 'url' | 'variable'> & { readonly server: string; readonly grant: string },
  facts: Facts,
): Target {
  const { grant, name, server, url, variable } = wanted;
  return {
    name,
    place: server === '' ? ['--stack'] : ['--server', server],
    url,
    endpoint: endpointOf(url, server),
    variable,
    tokenFile: pathsOf(facts).join(configFolder(facts), `${grant}.grant`),
    program: facts.program,
  };
}

function snippetOf(client: ClientId, recipe: Recipe, target: Target): string {
  const { format, key }: Client = clients[client];
  const entry = recipe.entry(target);
  if (format === 'toml') return tableText([key, target.name], entry);
  const input = recipe.input?.(target);
  const snippet = { ...(input === undefined ? {} : { inputs: [input] }), [key]: { [target.name]: entry } };
  return JSON.stringify(snippet, null, 2);
}

/** Data is the text to paste; what to do with it is a note, so that a pipe gets the snippet alone. */
export function printConnection(connection: Connection, { data, note, paintNote }: Output): void {
  const where = connection.projectPath === undefined ? '' : ` (or ${connection.projectPath} of a project)`;
  note(paintNote.strong(`Connect ${connection.title}`));
  note('');
  if (connection.token.lines.length > 0) {
    note(TOKEN_TITLES[connection.token.how]);
    for (const line of connection.token.lines) note(`  ${paintNote.name(line)}`);
    note('');
  }
  if (connection.command !== undefined) {
    note('Run this command:');
    note(`  ${paintNote.name(connection.command)}`);
    note('');
  }
  const start = connection.command === undefined ? 'Merge this into' : 'Or merge this into';
  note(`${start} ${connection.path}${where}:`);
  note('');
  data(connection.snippet);
  if (connection.note !== undefined) note(`\n${connection.note}`);
}

const TOKEN_TITLES: Record<Recipe['token'], string> = {
  environment: 'Make the grant token known to the client (from "boomgate grant mint"):',
  file: 'Store the grant token where only you can read it (from "boomgate grant mint"):',
  prompt: '',
};

function tokenLines(how: Recipe['token'], tokenFile: string, facts: Facts): readonly string[] {
  const isWindows = facts.platform === 'win32';
  const folder = pathsOf(facts).dirname(tokenFile);
  switch (how) {
    case 'prompt':
      return [];
    case 'environment':
      return isWindows
        ? [
            `[Environment]::SetEnvironmentVariable('${GRANT_VARIABLE}', (Read-Host '${GRANT_VARIABLE}'), 'User')`,
          ]
        : // Read from the keyboard, so that the token does not stay in the shell's history.
          [`read -rs ${GRANT_VARIABLE} && export ${GRANT_VARIABLE}`];
    case 'file':
      return isWindows
        ? [
            `New-Item -ItemType Directory -Force '${folder}' | Out-Null`,
            `Read-Host 'grant token' | Set-Content -NoNewline '${tokenFile}'`,
          ]
        : [`mkdir -p '${folder}' && read -rs T && (umask 077; printf %s "$T" > '${tokenFile}'); unset T`];
  }
}

function configFolder(facts: Facts): string {
  const path = pathsOf(facts);
  if (facts.platform === 'win32') return path.join(appData(facts), 'boomgate');
  const xdg = facts.env['XDG_CONFIG_HOME'];
  const base = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(facts.home, '.config');
  return path.join(base, 'boomgate');
}
