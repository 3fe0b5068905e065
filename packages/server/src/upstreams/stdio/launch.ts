import { execFile } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join, resolve, sep } from 'node:path';
import type { StdioTarget } from '../contract.ts';
import { type Failing, failing } from '../failures.ts';
import { boundedBy } from './bounded.ts';

/** The variables of the gateway's own process, handed in by its configuration. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How a process is started: file and arguments as they are, never through a shell. */
export type Launch = {
  readonly kind: 'launch';
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
};

const isWindows = process.platform === 'win32';

/** What a process inherits. Windows programs do not start without the second line. */
const inherited = [
  'PATH',
  'HOME',
  'LANG',
  ...(isWindows
    ? [
        'SYSTEMROOT',
        'SYSTEMDRIVE',
        'COMSPEC',
        'PATHEXT',
        'TEMP',
        'TMP',
        'USERPROFILE',
        'APPDATA',
        'LOCALAPPDATA',
        'PROGRAMFILES',
      ]
    : []),
];

/** Finds the command and composes its environment, or says what is missing. */
export async function prepareLaunch(
  target: StdioTarget,
  { environment, folder }: { readonly environment: Environment; readonly folder: string },
): Promise<Launch | Failing> {
  const { cwd = folder } = target;
  const env: Record<string, string> = {};
  for (const name of inherited) {
    const value = environment[name];
    if (value !== undefined) env[name] = value;
  }
  Object.assign(env, target.env);
  if (target.cwd !== undefined && !(await mayEnter(target.cwd))) {
    const detail = `the working folder ${JSON.stringify(target.cwd)} does not exist or cannot be entered`;
    return failing('not_started', detail, { acted: 'no' });
  }
  const found = await findCommand(target.command, cwd, env['PATH'] ?? '');
  if (found === undefined) return commandNotFound(target.command);
  const bounded = await boundedBy(target.bounds);
  if (bounded.kind === 'failing') return bounded;
  const [file = found, ...before] = [...(await deathWrapper()), ...bounded.words, found];
  return { kind: 'launch', file, args: [...before, ...target.args], env, cwd };
}

function commandNotFound(command: string): Failing {
  const detail =
    `command ${JSON.stringify(command)} was not found or is not executable; ` +
    'check its spelling, that it is installed on this machine, and the PATH of the gateway';
  return failing('command_not_found', detail, { acted: 'no' });
}

async function findCommand(command: string, cwd: string, path: string): Promise<string | undefined> {
  // Windows completes names by itself, with rules that are its own.
  if (isWindows) return command;
  if (command.includes(sep)) {
    const file = resolve(cwd, command);
    return (await isExecutable(file)) ? file : undefined;
  }
  for (const folder of path.split(delimiter)) {
    const file = join(folder, command);
    if (folder !== '' && (await isExecutable(file))) return file;
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  // A folder may be entered, which the system calls executable too.
  return (await mayEnter(file)) && (await stat(file)).isFile();
}

function mayEnter(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

let wrapperFound: Promise<readonly string[]> | undefined;

/** On Linux, what makes the kernel kill a process when the gateway dies, however it dies (gateway §6). */
function deathWrapper(): Promise<readonly string[]> {
  wrapperFound ??= tryDeathWrapper();
  return wrapperFound;
}

function tryDeathWrapper(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return Promise.resolve([]);
  const wrapper = ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--'];
  return new Promise((resolve) => {
    // The small setpriv of some distributions does not know the option, so that it is tried once.
    execFile(wrapper[0] ?? '', [...wrapper.slice(1), '/bin/true'], (error) =>
      resolve(error === null ? wrapper : []),
    );
  });
}
