import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { configOption, databaseOption, dataOption } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';

export function addServers(program: Command, registration: Registration): void {
  const servers = program.command('servers').description('list servers, start one anew').helpCommand(false);
  withExamples(servers, ['boomgate servers list', 'boomgate servers restart github']);
  addList(servers, registration);
  addRestart(servers, registration);
}

function addList(servers: Command, registration: Registration): void {
  const list = servers
    .command('list')
    .description('list what the configuration file declares and what is registered in the dashboard')
    .addOption(configOption())
    .addOption(dataOption())
    .addOption(databaseOption());
  type Values = PlaceValues & { readonly config?: string };
  plans<Values>(list, registration, (_, { config, ...place }, facts) => ({
    kind: 'server_list',
    ...placeOf(place, facts),
    ...present({ config }),
  }));
}

function addRestart(servers: Command, registration: Registration): void {
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
