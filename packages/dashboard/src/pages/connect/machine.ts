import {
  type ClientId,
  type Connection,
  clients,
  connectionFor,
  endpointOf,
  GRANT_VARIABLE,
  isHosted,
  type Platform,
  type SignInConnection,
  type SignInId,
  STACK_NAME,
  signInConnectionFor,
  signInEndpointOf,
} from '@boomgate/catalogue/clients';

export const PLATFORMS = [
  ['linux', 'Linux'],
  ['darwin', 'macOS'],
  ['win32', 'Windows'],
] as const satisfies readonly (readonly [Platform, string])[];

/** Of the machine that shows this page, which is where the client usually is. */
export function platformHere(): Platform {
  if (/^Mac|^iP/.test(navigator.platform)) return 'darwin';
  return /^Win/.test(navigator.platform) ? 'win32' : 'linux';
}

/** Where the gateway keeps a token on a machine whose home folder is not known here: `boomgate run` and shells read `~` alike. */
const TOKEN_FOLDERS: Readonly<Record<Platform, string>> = {
  linux: '~/.config/boomgate',
  darwin: '~/.config/boomgate',
  win32: '~\\AppData\\Roaming\\boomgate',
};

/** As agents reach a server; of a stack without one. */
export function agentAddress(server: string): string {
  return `${endpointOf(location.origin, server)}/`.replace(/\/\/$/, '/');
}

/** As agents reach it that sign in by themselves. */
export function signInAddress(server: string): string {
  return signInEndpointOf(location.origin, server);
}

/** The same texts for a client that signs in by itself; nothing of them is secret. */
export function signInOn(
  platform: Platform,
  { client, server }: { readonly client: SignInId; readonly server: string },
): SignInConnection {
  const name = server === '' ? STACK_NAME : server;
  const target = { name, endpoint: signInAddress(server), url: location.origin };
  return signInConnectionFor(client, target, isHosted(client) ? '' : clients[client].files[0][platform]);
}

/** The texts for one client on a machine of that platform; `server` is empty for a stack. */
export function connectionOn(
  platform: Platform,
  { client, server }: { readonly client: ClientId; readonly server: string },
): Connection {
  const name = server === '' ? STACK_NAME : server;
  const tokenFolder = TOKEN_FOLDERS[platform];
  const isWindows = platform === 'win32';
  const target = {
    name,
    place: server === '' ? ['--stack'] : ['--server', server],
    url: location.origin,
    endpoint: endpointOf(location.origin, server),
    variable: GRANT_VARIABLE,
    tokenFile: `${tokenFolder}${isWindows ? '\\' : '/'}${name}.grant`,
    program: { command: 'boomgate', args: [] },
  };
  const file = clients[client].files[0][platform];
  return connectionFor({ client, target }, { shell: isWindows ? 'powershell' : 'posix', file, tokenFolder });
}
