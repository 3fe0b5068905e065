import {
  type ClientId,
  type Connection,
  connectionFor as connectionOf,
  GRANT_VARIABLE,
  STACK_NAME,
  type Target,
  TOKEN_TITLES,
} from '@boomgate/catalogue/clients';
import { appData, userFilesOf } from '@boomgate/server/clients';
import { endpointOf } from '../endpoint.ts';
import { type Facts, pathsOf } from '../facts.ts';
import type { Output } from '../terminal/index.ts';

/** What to connect; `server` is empty for a stack. */
type ConnectTarget = { readonly client: ClientId; readonly server: string; readonly url: string };

/** Everything to connect one client of this machine. Throws for a client that is not `CONNECTABLE`. */
export function connectionFor({ client, server, url }: ConnectTarget, facts: Facts): Connection {
  const name = server === '' ? STACK_NAME : server;
  const target = targetFor({ name, server, url, grant: name, variable: GRANT_VARIABLE }, facts);
  const [file = ''] = userFilesOf(client, facts);
  const shell = facts.platform === 'win32' ? 'powershell' : 'posix';
  return connectionOf({ client, target }, { shell, file, tokenFolder: configFolder(facts) });
}

/** What a recipe is filled in with: the client's name of the server, the server on the gateway, and where its token is kept. */
export function targetFor(
  wanted: Pick<Target, 'name' | 'url' | 'variable'> & { readonly server: string; readonly grant: string },
  facts: Facts,
): Target {
  const { grant, name, server, url, variable } = wanted;
  const { entry, node } = facts.program;
  return {
    name,
    place: server === '' ? ['--stack'] : ['--server', server],
    url,
    endpoint: endpointOf(url, server),
    variable,
    tokenFile: pathsOf(facts).join(configFolder(facts), `${grant}.grant`),
    program: { command: node, args: [entry] },
  };
}

/** Data is the text to paste; what to do with it is a note, so that a pipe gets the snippet alone. */
export function printConnection(connection: Connection, { data, note, paintNote }: Output): void {
  const where = connection.projectPath === undefined ? '' : ` (or ${connection.projectPath} of a project)`;
  note(paintNote.strong(`Connect ${connection.title}`));
  note('');
  if (connection.token.lines.length > 0) {
    note(`${TOKEN_TITLES[connection.token.how]} (from "boomgate grant mint"):`);
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

function configFolder(facts: Facts): string {
  const path = pathsOf(facts);
  if (facts.platform === 'win32') return path.join(appData(facts), 'boomgate');
  const xdg = facts.env['XDG_CONFIG_HOME'];
  const base = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(facts.home, '.config');
  return path.join(base, 'boomgate');
}
