import { CONNECTABLE } from '../connect/index.ts';
import { DEFAULT_URL } from '../endpoint.ts';
import type { Plan } from '../plan/index.ts';
import { type Command, plans, type Registration, withExamples } from './command.ts';
import { serverOption, stackOption, urlOption } from './options.ts';
import { closest } from './suggest.ts';

/** Stands where the server's name belongs when none was given. */
const PLACEHOLDER = 'YOUR-SERVER';

type ConnectValues = { readonly server?: string; readonly stack?: true; readonly url?: string };

export function addConnect(program: Command, registration: Registration): void {
  const command = program
    .command('connect [client]')
    .description('print what to paste to connect an MCP client')
    .addOption(serverOption('the server on the gateway'))
    .addOption(stackOption())
    .addOption(urlOption());
  withExamples(command, [
    'boomgate connect',
    'boomgate connect claude-code --server files',
    'boomgate connect claude-code --stack',
  ]);
  plans<ConnectValues>(command, registration, planConnect);
}

export function planConnect(given: readonly string[], values: ConnectValues): Plan {
  const { url = DEFAULT_URL } = values;
  const server = values.stack === true ? '' : values.server;
  const [name] = given;
  if (name === undefined) return { kind: 'connect_list' };
  const client = CONNECTABLE.find((id) => id === name);
  if (client === undefined) {
    const near = closest(name, CONNECTABLE);
    const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
    return {
      kind: 'wrong_use',
      message: `expected one of ${CONNECTABLE.join(', ')}, found ${JSON.stringify(name)}${hint}`,
    };
  }
  return { kind: 'connect', client, server: server ?? PLACEHOLDER, serverKnown: server !== undefined, url };
}
