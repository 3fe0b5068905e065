import type { Facts } from '../facts.ts';
import type { ApiCommands, LogLevel, Plan, Synchronous } from '../plan/index.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import {
  apiCommandsOption,
  behindProxyOption,
  configOption,
  databaseOption,
  dataOption,
  hostOption,
  logLevelOption,
  migrateOption,
  portOption,
  publicUrlOption,
  redisOption,
  synchronousOption,
  workersOption,
} from './options.ts';
import { type PlaceValues, placeOf, refusedRedis } from './place.ts';

type UpValues = PlaceValues & {
  readonly demo?: true;
  readonly open?: boolean;
  readonly config?: string;
  readonly port?: number;
  readonly host?: string;
  readonly publicUrl?: string;
  readonly behindProxy?: boolean;
  readonly apiCommands?: ApiCommands;
  readonly workers?: number;
  readonly migrate?: true;
  readonly logLevel?: LogLevel;
  readonly synchronous?: Synchronous;
};

export function addUp(program: Command, registration: Registration): void {
  const command = program
    .command('up')
    .description('start the gateway')
    .option('--demo', 'with a bundled server, a policy and a few example calls')
    .option('--open', 'open the dashboard in a browser (with --demo: where there is a display)')
    .option('--no-open', 'open no browser')
    .addOption(configOption())
    .addOption(portOption())
    .addOption(hostOption())
    .addOption(publicUrlOption())
    .addOption(behindProxyOption())
    .addOption(apiCommandsOption())
    .addOption(workersOption())
    .addOption(dataOption())
    .addOption(databaseOption())
    .addOption(redisOption())
    .addOption(migrateOption())
    .addOption(logLevelOption())
    .addOption(synchronousOption());
  withExamples(command, ['boomgate up --demo', 'boomgate up --config boomgate.config.json --port 7411']);
  plans<UpValues>(command, registration, planUp);
}

function planUp(_: readonly string[], values: UpValues, facts: Facts): Plan {
  const {
    demo = false,
    config,
    port,
    host,
    publicUrl,
    behindProxy = false,
    apiCommands,
    workers,
    migrate = false,
    synchronous = 'normal',
  } = values;
  // The demo's table is to be seen, not what its server says.
  const logLevel = values.logLevel ?? (demo ? 'warn' : 'info');
  if (demo && config !== undefined) {
    return {
      kind: 'wrong_use',
      message: 'expected --demo or --config, found both: the demo brings its own configuration',
    };
  }
  const { database } = values;
  if (demo && database !== undefined)
    return {
      kind: 'wrong_use',
      message: 'expected --demo without --database: the demo keeps what it makes in its folder',
    };
  if (migrate && database === undefined)
    return {
      kind: 'wrong_use',
      message: 'expected --database with --migrate: a data folder is brought up to date at every start',
    };
  const alone = refusedRedis(values);
  if (alone !== undefined) return alone;
  return {
    kind: 'up',
    demo,
    opens: values.open ?? (demo && hasDisplay(facts)),
    behindProxy,
    ...(migrate ? { migrates: true } : {}),
    ...present({ config, port, host, publicUrl, apiCommands, workers }),
    ...placeOf(values, facts),
    logLevel,
    synchronous,
  };
}

/** Somebody sits in front of this machine: a terminal, a desktop, no robot, and nobody from afar. */
function hasDisplay({ env, platform, stdout }: Facts): boolean {
  const isSet = (name: string): boolean => (env[name] ?? '') !== '';
  if (!stdout.isTty || isSet('CI') || isSet('SSH_CONNECTION')) return false;
  return platform !== 'linux' || isSet('DISPLAY') || isSet('WAYLAND_DISPLAY');
}
