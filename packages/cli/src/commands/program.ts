import { Command, CommanderError } from 'commander';
import type { Facts } from '../facts.ts';
import type { Plan, Planned, Presentation } from '../plan/index.ts';
import { wantsColour } from '../terminal/index.ts';
import { addAgents } from './agents.ts';
import { addApply } from './apply.ts';
import { addApprovals } from './approvals.ts';
import { addAudit } from './audit.ts';
import { addBackup, addRestore } from './backup.ts';
import { addCatalogue } from './catalogue.ts';
import { addClassify } from './classify.ts';
import { withExamples } from './command.ts';
import { addConnect } from './connect.ts';
import { addDoctor } from './doctor.ts';
import { addDrift } from './drift.ts';
import { addGrant } from './grant.ts';
import { addKeys } from './keys.ts';
import { addLog } from './log.ts';
import { addMigrate } from './migrate.ts';
import { addPeople } from './people.ts';
import { addPolicy } from './policy.ts';
import { addRun } from './run.ts';
import { addScan } from './scan.ts';
import { addServers } from './servers.ts';
import { addStack } from './stack.ts';
import { addUp } from './up.ts';
import { addWebhooks } from './webhooks.ts';

/** Help and reports are laid out for this width when there is more room, and never wider than the terminal. */
const HELP_COLUMNS = 80;
/** A text beside a flag that has fewer columns is not broken: it would be a word a line. */
const LEAST_WRAPPED = 20;

type GlobalValues = {
  readonly json?: true;
  readonly dryRun?: true;
  readonly quiet?: true;
  /** Commander's reading of `--no-color`. */
  readonly color: boolean;
};

/** What the arguments mean. Never throws and does nothing: wrong use is a plan too. */
export function planCommand(argv: readonly string[], facts: Facts): Planned {
  // `policy show` has a --version of its own; options of the program are read wherever they stand.
  const program = newProgram(facts, commandIn(argv) === 'policy' ? '-V' : '-V, --version');
  let settled: Plan | undefined;
  const said: string[] = [];
  const complaints: string[] = [];
  configureSpeech(program, { said, complaints, width: Math.min(HELP_COLUMNS, facts.stdout.columns) });
  const settle = (plan: Plan): void => {
    settled = plan;
  };
  const dashes = argv.indexOf('--');
  const afterDashes = dashes === -1 ? 0 : argv.length - dashes - 1;
  for (const add of [
    addUp,
    addConnect,
    addGrant,
    addAgents,
    addServers,
    addPolicy,
    addLog,
    addApprovals,
    addAudit,
    addBackup,
    addRestore,
    addKeys,
    addMigrate,
    addRun,
    addClassify,
    addCatalogue,
    addScan,
    addStack,
    addDrift,
    addPeople,
    addWebhooks,
    addApply,
    addDoctor,
  ])
    add(program, { facts, settle, afterDashes });
  try {
    program.parse(asked(program, argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    settled = planOfExit(error, { said, complaints, help: helpOf(program, argv) });
  }
  const values = program.opts<GlobalValues>();
  return {
    plan: settled ?? { kind: 'wrong_use', message: 'expected a command; see "boomgate --help"' },
    show: presentation(values, facts),
    dryRun: values.dryRun === true,
  };
}

/** The first word that is no option: those of the program take no value. */
const commandIn = (argv: readonly string[]): string | undefined => argv.find((word) => !word.startsWith('-'));

function newProgram(facts: Facts, versionFlags: string): Command {
  const program = new Command('boomgate')
    .description('A gateway that decides what AI agents may do on MCP servers.')
    .version(facts.version, versionFlags, 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .option('--json', 'results as JSON')
    .option('--dry-run', 'print what would be done, as JSON; change nothing')
    .option('-q, --quiet', 'no notes on stderr')
    .option('--no-color', 'no colours')
    .addHelpText('after', `\n${EXIT_CODES}\n\n${ENVIRONMENT_HELP}`);
  return withExamples(program, [
    'boomgate up --demo                         see it work, nothing to set up',
    'boomgate up --config boomgate.config.json  start the gateway',
    'boomgate scan --npm PACKAGE                look at a server before you use it',
    'boomgate connect claude-code               connect an MCP client',
    'boomgate stack                             what this machine reaches unguarded',
    'boomgate log --tail                        watch what agents do',
    'boomgate doctor                            what is wrong, and how to fix it',
  ]);
}

const EXIT_CODES = `Exit codes:
  0  fine
  1  findings: a check or test found problems, a simulated call is refused
  2  wrong use, or failure`;

const ENVIRONMENT_HELP = `Environment, where no flag is given:
  BOOMGATE_CONFIG, _DATA, _DATABASE, _REDIS, _HOST, _PORT, _URL, _SERVER,
  _LOG_LEVEL, _SYNCHRONOUS, _PUBLIC_URL, _BEHIND_PROXY, _WORKERS
  BOOMGATE_GRANT       the grant token for "boomgate run"
  BOOMGATE_MASTER_KEY  what opens the file of keys, or those of a database
  BOOMGATE_MAIL_URL, _MAIL_FROM  in place of "mail" of the configuration
  BOOMGATE_PROXY, _NO_PROXY  what leads outside, and what is reached directly
  BOOMGATE_MASTER_KEY_FILE, _DATABASE_FILE, _REDIS_FILE, _MAIL_URL_FILE,
  _PROXY_FILE          files that hold these secrets
  BOOMGATE_DEBUG=1     show where an unexpected failure came from`;

function configureSpeech(
  program: Command,
  { complaints, said, width }: { said: string[]; complaints: string[]; width: number },
): void {
  program
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureHelp({ helpWidth: width, minWidthToWrap: LEAST_WRAPPED, showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => said.push(text),
      writeErr: (text) => complaints.push(text),
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

function planOfExit(
  error: CommanderError,
  { said, complaints, help }: { said: string[]; complaints: string[]; help: string },
): Plan {
  if (error.exitCode === 0) return { kind: 'say', text: said.join('').trimEnd() };
  if (error.code === 'commander.help')
    return { kind: 'wrong_use', message: `expected a command\n\n${complaints.join('').trimEnd()}` };
  // What an option threw itself Commander has not said.
  const message = withoutStrayWords(
    (complaints.length === 0 ? error.message : complaints.join('')).replace(/^error: /, '').trimEnd(),
  );
  if (error.code === 'commander.invalidArgument') return { kind: 'wrong_use', message: saidOnce(message) };
  const isHinted = !NEEDS_HELP.has(error.code) || message.includes('Did you mean');
  return { kind: 'wrong_use', message: isHinted ? message : `${message}; see "${help}"` };
}

/** What belongs nowhere may be a token that was meant for another place: of an option only its name is repeated, of arguments how many. */
function withoutStrayWords(message: string): string {
  const excess = /^(too many arguments(?: for '[\w-]+')?)\. Expected (\d+) arguments? but got (\d+)/.exec(
    message,
  );
  if (excess !== null) return `${excess[1]}: expected ${excess[2]}, found ${excess[3]}`;
  const option = /^unknown option '(--[\w-]+|-\w)/.exec(message)?.[1];
  if (option === undefined) return message;
  const hintAt = message.lastIndexOf('\n(Did you mean ');
  return `unknown option '${option}'${hintAt === -1 ? '' : message.slice(hintAt)}`;
}

const BETWEEN = "' is invalid. ";

/** `--port: expected …, found "abc"`: our own words say what was found, as Commander's before them do. */
function saidOnce(message: string): string {
  const at = message.indexOf(BETWEEN);
  const flag = /^option '(?:-\w, )?(--[\w-]+)/.exec(message)?.[1];
  return at === -1 || flag === undefined ? message : `${flag}: ${message.slice(at + BETWEEN.length)}`;
}

/** `help x` is `x --help`. Where the words lead to no command that is said, and not the help of what comes before it. */
function asked(program: Command, argv: readonly string[]): readonly string[] {
  const [first, ...others] = argv;
  if (first === undefined) return ['--help'];
  const words = first === 'help' ? [...others, '--help'] : argv;
  const { at, strange } = reached(program, words);
  return strange !== undefined && takesOnlyCommands(at)
    ? words.filter((word) => !HELP_FLAGS.has(word))
    : words;
}

/** No word behind it can be an argument, or the value of an option. */
const takesOnlyCommands = (command: Command): boolean =>
  command.commands.length > 0 &&
  command.registeredArguments.length === 0 &&
  command.options.every(({ optional, required }) => !optional && !required);

const HELP_FLAGS: ReadonlySet<string> = new Set(['-h', '--help']);

/** What prints the help of the command that the words lead to. */
function helpOf(program: Command, argv: readonly string[]): string {
  return `${[program.name(), ...reached(program, argv).names].join(' ')} --help`;
}

/** The command that the words lead to, and the first word that leads no further. */
function reached(program: Command, argv: readonly string[]) {
  const names: string[] = [];
  let at = program;
  for (const word of argv.filter((one) => !one.startsWith('-'))) {
    const next = at.commands.find((one) => one.name() === word);
    if (next === undefined) return { at, names, strange: word };
    names.push(word);
    at = next;
  }
  return { at, names, strange: undefined };
}

/** Mistakes whose message does not say what would be right. */
const NEEDS_HELP: ReadonlySet<string> = new Set([
  'commander.unknownCommand',
  'commander.unknownOption',
  'commander.missingArgument',
  'commander.excessArguments',
]);

function presentation(values: GlobalValues, facts: Facts): Presentation {
  const refused = values.color === false;
  const colour = (isTty: boolean): boolean => wantsColour({ env: facts.env, isTty, refused });
  return {
    json: values.json === true,
    quiet: values.quiet === true,
    colour: { stdout: colour(facts.stdout.isTty), stderr: colour(facts.stderr.isTty) },
    width: facts.stdout.columns,
  };
}
