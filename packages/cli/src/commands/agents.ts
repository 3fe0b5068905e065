import { type Command, plans, type Registration, withExamples } from './command.ts';
import { databaseOption, dataOption } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';

const VERBS = {
  stop: 'refuse all agents from the next request on, as if they had no grant',
  resume: 'let agents in again; nothing else has changed',
  show: 'show whether agents are stopped',
} as const;

export function addAgents(program: Command, registration: Registration): void {
  const agents = program
    .command('agents')
    .description('stop all agents at once, and let them in again')
    .helpCommand(false);
  withExamples(agents, ['boomgate agents stop', 'boomgate agents resume']);
  for (const verb of ['stop', 'resume', 'show'] as const) {
    const command = agents
      .command(verb)
      .description(VERBS[verb])
      .addOption(dataOption())
      .addOption(databaseOption());
    plans<PlaceValues>(command, registration, (_, values, facts) => ({
      kind: 'agents',
      verb,
      ...placeOf(values, facts),
    }));
  }
}
