import { type Command, plans, type Registration, withExamples } from './command.ts';
import { databaseOption, dataOption } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';

export function addServers(program: Command, registration: Registration): void {
  const servers = program.command('servers').description('start a server anew').helpCommand(false);
  withExamples(servers, ['boomgate servers restart github']);
  const command = servers
    .command('restart <name>')
    .description(
      'end all connections to a server, and its program; they begin anew with the next request. Calls under way get two seconds',
    )
    .addOption(dataOption())
    .addOption(databaseOption());
  plans<PlaceValues>(command, registration, ([server = ''], values, facts) => ({
    kind: 'server_restart',
    server,
    ...placeOf(values, facts),
  }));
}
