import { endpointOf } from '../endpoint.ts';
import { type Facts, pathsOf } from '../facts.ts';
import type { Output } from '../terminal/index.ts';
import { type ClientId, clients, type Recipe, type Target } from './clients.ts';

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

export function connectionFor({ client, server, url }: ConnectTarget, facts: Facts): Connection {
  const recipe: Recipe = clients[client];
  const name = server === '' ? STACK_NAME : server;
  const tokenFile = pathsOf(facts).join(configFolder(facts), `${name}.grant`);
  const target: Target = {
    name,
    place: server === '' ? ['--stack'] : ['--server', server],
    url,
    endpoint: endpointOf(url, server),
    variable: GRANT_VARIABLE,
    tokenFile,
    program: facts.program,
  };
  const snippet = recipe.snippet(target);
  return {
    client,
    title: recipe.title,
    path: fileOf(recipe, facts),
    ...(recipe.projectFile === undefined ? {} : { projectPath: recipe.projectFile }),
    format: recipe.format,
    snippet: typeof snippet === 'string' ? snippet : JSON.stringify(snippet, null, 2),
    ...(recipe.command === undefined ? {} : { command: recipe.command(target) }),
    token: { how: recipe.token, lines: tokenLines(recipe.token, tokenFile, facts) },
    ...(recipe.note === undefined ? {} : { note: recipe.note }),
  };
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

function fileOf({ file, folderVariable }: Recipe, facts: Facts): string {
  const path = pathsOf(facts);
  const folder = folderVariable === undefined ? undefined : facts.env[folderVariable.name];
  if (folderVariable !== undefined && folder !== undefined && folder !== '') {
    return path.join(folder, folderVariable.file);
  }
  const place = file[facts.platform]
    .replace(/^~/, () => facts.home)
    .replace('%APPDATA%', () => appData(facts));
  return path.normalize(place);
}

function appData(facts: Facts): string {
  return facts.env['APPDATA'] ?? pathsOf(facts).join(facts.home, 'AppData', 'Roaming');
}
