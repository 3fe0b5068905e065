import { Option } from 'commander';
import { CONNECTABLE, MANAGED_CLIENTS, SIGN_IN_CLIENTS } from '../connect/index.ts';
import type { Facts } from '../facts.ts';
import type { Plan } from '../plan/index.ts';
import { closest } from '../suggest.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { databaseOption, dataOption, knownUrlOption, serverOption, stackOption } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';

/** Stands where the server's name belongs when none was given. */
const PLACEHOLDER = 'YOUR-SERVER';

type ConnectValues = PlaceValues & {
  readonly server?: string;
  readonly stack?: true;
  readonly signIn?: true;
  readonly managed?: true;
  readonly url?: string;
};

export function addConnect(program: Command, registration: Registration): void {
  const command = program
    .command('connect [client]')
    .description('print what to paste to connect an MCP client')
    .addOption(serverOption('the server on the gateway'))
    .addOption(stackOption())
    .addOption(new Option('--sign-in', 'the client signs in by itself (OAuth): no token'))
    .addOption(
      new Option(
        '--managed',
        'print what binds the client to the gateway on all machines of an organisation',
      ),
    )
    .addOption(knownUrlOption())
    .addOption(dataOption())
    .addOption(databaseOption());
  withExamples(command, [
    'boomgate connect',
    'boomgate connect claude-code --server files',
    'boomgate connect claude-code --server files --sign-in',
    'boomgate connect claude-code --stack',
    'boomgate connect claude-code --managed --stack --url https://gate.example',
  ]);
  plans<ConnectValues>(command, registration, planConnect);
}

/** A client that sends no header is connected as one that signs in, as there is no other way to it. */
function planConnect(given: readonly string[], values: ConnectValues, facts: Facts): Plan {
  const [name] = given;
  const managed = values.managed === true;
  // Nothing that is the same for everybody can hold a person's token.
  const signIn = values.signIn === true || managed;
  if (name === undefined) return { kind: 'connect_list', signIn };
  const server = values.stack === true ? '' : values.server;
  const place = { ...placeOf(values, facts), ...present({ url: values.url }) };
  const to = { server: server ?? PLACEHOLDER, serverKnown: server !== undefined, ...place };
  const byToken = signIn ? undefined : CONNECTABLE.find((id) => id === name);
  if (byToken !== undefined) return { kind: 'connect', client: byToken, ...to };
  const signingIn = managed ? MANAGED_CLIENTS : SIGN_IN_CLIENTS;
  const bySignIn = signingIn.find((id) => id === name);
  if (bySignIn !== undefined) return { kind: 'connect_sign_in', client: bySignIn, managed, ...to };
  const known = signIn ? signingIn : [...new Set([...CONNECTABLE, ...SIGN_IN_CLIENTS])];
  const near = closest(name, known);
  const hint = CONNECTABLE.some((id) => id === name)
    ? '; it presents a token: leave out --sign-in and --managed'
    : near === undefined
      ? ''
      : ` (did you mean ${near}?)`;
  return {
    kind: 'wrong_use',
    message: `expected one of ${known.join(', ')}, found ${JSON.stringify(name)}${hint}`,
  };
}
