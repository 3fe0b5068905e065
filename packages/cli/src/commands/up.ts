import { defaultDataDirectory, type Facts } from '../facts.ts';
import type { ApiCommands, LogLevel, Plan, Synchronous } from '../plan/index.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import {
  apiCommandsOption,
  behindProxyOption,
  configOption,
  dataOption,
  hostOption,
  logLevelOption,
  portOption,
  publicUrlOption,
  synchronousOption,
  workersOption,
} from './options.ts';

type UpValues = {
  readonly demo?: true;
  readonly open?: boolean;
  readonly config?: string;
  readonly port?: number;
  readonly host?: string;
  readonly publicUrl?: string;
  readonly behindProxy?: boolean;
  readonly apiCommands?: ApiCommands;
  readonly workers?: number;
  readonly data?: string;
  readonly logLevel?: LogLevel;
  readonly synchronous?: Synchronous;
};

export function addUp(program: Command, registration: Registration): void {
  const command = program
    .command('up')
    .description('start the gateway')
    .option('--demo', 'with a bundled server, a policy and a few calls to look at')
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
    .addOption(logLevelOption())
    .addOption(synchronousOption());
  withExamples(command, ['boomgate up --demo', 'boomgate up --config boomgate.config.json --port 7411']);
  plans<UpValues>(command, registration, planUp);
}

export function planUp(_: readonly string[], values: UpValues, facts: Facts): Plan {
  const {
    demo = false,
    config,
    port,
    host,
    publicUrl,
    behindProxy = false,
    apiCommands,
    workers,
    data,
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
  return {
    kind: 'up',
    demo,
    opens: values.open ?? (demo && hasDisplay(facts)),
    behindProxy,
    ...present({ config, port, host, publicUrl, apiCommands, workers }),
    data: data ?? defaultDataDirectory(facts),
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
