import type { JsonObject } from '@boomgate/engine';
import { CLIENT_IDS, type Client, type ClientId, type Recipe, type Target } from './client.ts';
import { clients } from './table.ts';
import { tableText } from './toml-text.ts';

/** Clients that can be connected: all but those whose files are only read. */
export const CONNECTABLE: readonly ClientId[] = CLIENT_IDS.filter((id) => 'recipe' in clients[id]);

/** The environment variable that clients and `boomgate run` read the grant's token from. */
export const GRANT_VARIABLE = 'BOOMGATE_GRANT';

/** Under which a client keeps a stack, where a server has its slug. */
export const STACK_NAME = 'boomgate';

/** The endpoint of one server (gateway §1), or without one that of a stack. A URL that is its endpoint already stays as it is. */
export function endpointOf(url: string, server: string): string {
  if (server === '') return `${url}/mcp/`;
  const path = `/mcp/${encodeURIComponent(server)}`;
  return url.endsWith(path) ? url : `${url}${path}`;
}

/** Whom to connect, to what. */
type Wanted = { readonly client: ClientId; readonly target: Target };

/** What of the client's machine is in the text. */
type Machine = {
  readonly shell: 'posix' | 'powershell';
  /** The person's own file of the client; with `~` where the home folder is not known. */
  readonly file: string;
  /** Where `Target.tokenFile` is. */
  readonly tokenFolder: string;
};

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

/** What to say before the lines that make the token known. */
export const TOKEN_TITLES: Readonly<Record<Recipe['token'], string>> = {
  environment: 'Make the grant token known to the client',
  file: 'Store the grant token where only you can read it',
  prompt: '',
};

/** Throws for a client that is not `CONNECTABLE`. */
export function connectionFor({ client, target }: Wanted, machine: Machine): Connection {
  const { format, projectFiles, recipe, title }: Client = clients[client];
  if (recipe === undefined || format === 'yaml') throw new TypeError(`${client} cannot be connected`);
  const [projectPath] = projectFiles;
  return {
    client,
    title,
    path: machine.file,
    ...(projectPath === undefined ? {} : { projectPath }),
    format,
    snippet: snippetOf(client, recipe, target),
    ...(recipe.command === undefined ? {} : { command: recipe.command(target) }),
    token: { how: recipe.token, lines: tokenLines(recipe.token, target.tokenFile, machine) },
    ...(recipe.note === undefined ? {} : { note: recipe.note }),
  };
}

function snippetOf(client: ClientId, recipe: Recipe, target: Target): string {
  const input = recipe.input?.(target);
  const more = input === undefined ? {} : { inputs: [input] };
  return entryText(clients[client], { name: target.name, entry: recipe.entry(target), more });
}

/** An entry as it stands in the file of a client, with what stands beside it there. */
export function entryText(
  { format, key }: Pick<Client, 'format' | 'key'>,
  {
    entry,
    more = {},
    name,
  }: { readonly name: string; readonly entry: JsonObject; readonly more?: JsonObject },
): string {
  if (format === 'toml') return tableText([key, name], entry);
  return JSON.stringify({ ...more, [key]: { [name]: entry } }, null, 2);
}

function tokenLines(
  how: Recipe['token'],
  tokenFile: string,
  { shell, tokenFolder }: Machine,
): readonly string[] {
  switch (how) {
    case 'prompt':
      return [];
    case 'environment':
      return shell === 'powershell'
        ? [
            `[Environment]::SetEnvironmentVariable('${GRANT_VARIABLE}', (Read-Host '${GRANT_VARIABLE}'), 'User')`,
          ]
        : // Read from the keyboard, so that the token does not stay in the shell's history.
          [`read -rs ${GRANT_VARIABLE} && export ${GRANT_VARIABLE}`];
    case 'file': {
      if (shell === 'powershell')
        return [
          `New-Item -ItemType Directory -Force '${tokenFolder}' | Out-Null`,
          `Read-Host 'grant token' | Set-Content -NoNewline '${tokenFile}'`,
        ];
      const [folder, file] = [quoted(tokenFolder), quoted(tokenFile)];
      return [`mkdir -p ${folder} && read -rs T && (umask 077; printf %s "$T" > ${file}); unset T`];
    }
  }
}

/** For a POSIX shell. What follows `~/` stays outside of quotes only where it has nothing that a shell reads. */
function quoted(path: string): string {
  return /^~\/[\w./-]*$/.test(path) ? path : `'${path}'`;
}
