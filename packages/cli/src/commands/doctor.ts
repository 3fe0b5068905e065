import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { configOption, databaseOption, dataOption, knownUrlOption, redisOption } from './options.ts';
import { type PlaceValues, placeOf, refusedRedis } from './place.ts';

type DoctorValues = PlaceValues & {
  readonly config?: string;
  readonly url?: string;
  /** Commander's reading of `--no-probe`. */
  readonly probe: boolean;
  readonly all?: true;
};

export function addDoctor(program: Command, registration: Registration): void {
  const command = program
    .command('doctor')
    .description('check a set-up, and say what is wrong and how to fix it; changes nothing')
    .addOption(configOption())
    .addOption(dataOption())
    .addOption(databaseOption())
    .addOption(redisOption())
    .addOption(knownUrlOption())
    .option('--no-probe', 'do not start or connect to anything that the configuration names')
    .option('--all', 'each of many checks that are alike; --json always has them');
  withExamples(command, ['boomgate doctor', 'boomgate doctor --data /var/lib/boomgate --json']);
  plans<DoctorValues>(
    command,
    registration,
    (_, { all = false, config, probe, url, ...place }, facts) =>
      refusedRedis(place) ?? {
        kind: 'doctor',
        ...placeOf(place, facts),
        ...{ probes: probe, all },
        ...present({ config, url }),
      },
  );
}
