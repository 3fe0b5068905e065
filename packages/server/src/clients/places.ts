import { posix, win32 } from 'node:path';
import { type Client, type ClientId, clients, type Platform } from '@boomgate/catalogue/clients';

/** What of a machine decides where clients keep their files. */
export type ClientFacts = {
  readonly platform: Platform;
  readonly home: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Where a client may keep servers: the person's own file, or that of the project in the current folder. */
export type ClientPlace = {
  readonly client: ClientId;
  readonly path: string;
  readonly scope: 'user' | 'project';
};

/** Path functions of the facts' platform, so that places of another platform can be told and tested anywhere. */
export function pathsOf(facts: Pick<ClientFacts, 'platform'>): typeof posix {
  return facts.platform === 'win32' ? win32 : posix;
}

/** All files that a client may read on this machine, each once, whether they exist or not. */
export function placesOf(client: ClientId, facts: ClientFacts): readonly ClientPlace[] {
  const { projectFiles }: Client = clients[client];
  const user = userFilesOf(client, facts).map((path) => ({ client, path, scope: 'user' as const }));
  const project = projectFiles.map((file) => ({
    client,
    path: pathsOf(facts).join(facts.cwd, file),
    scope: 'project' as const,
  }));
  // In the home folder both may be the same file.
  const taken = new Set(user.map(({ path }) => path));
  return [...user, ...project.filter(({ path }) => !taken.has(path))];
}

/** The person's own files; the first is where a new one is made. */
export function userFilesOf(client: ClientId, facts: ClientFacts): readonly string[] {
  const { files, folderVariable }: Client = clients[client];
  const path = pathsOf(facts);
  const folder = folderVariable === undefined ? undefined : facts.env[folderVariable.name];
  if (folderVariable !== undefined && folder !== undefined && folder !== '')
    return [path.join(folder, folderVariable.file)];
  return [...new Set(files.map((file) => placed(file[facts.platform], facts)))];
}

function placed(file: string, facts: ClientFacts): string {
  const xdg = facts.env['XDG_CONFIG_HOME'];
  const path = pathsOf(facts);
  const isMoved = facts.platform === 'linux' && xdg !== undefined && path.isAbsolute(xdg);
  return path.normalize(
    file
      .replace(/^~\/\.config\//, (whole) => (isMoved ? `${xdg}/` : whole))
      .replace(/^~/, () => facts.home)
      .replace('%APPDATA%', () => appData(facts)),
  );
}

/** The roaming folder of Windows. */
export function appData(facts: Pick<ClientFacts, 'platform' | 'home' | 'env'>): string {
  return facts.env['APPDATA'] ?? pathsOf(facts).join(facts.home, 'AppData', 'Roaming');
}
