import { homedir, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Platform } from '@boomgate/catalogue/clients';
import { pathsOf } from '@boomgate/server/clients';
import { type ForwardProxy, readForwardProxy } from '@boomgate/server/forward-proxy';
import { withSecretFiles } from './secret-files.ts';

export { type Platform, pathsOf };

/** Everything of the machine that a plan may depend on. Read once, at the start. */
export type Facts = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Through which everything leaves over HTTP; absent: none. */
  readonly proxy?: ForwardProxy | undefined;
  /** What is wrong with a variable, or with a file that one names in place of a value. */
  readonly envFault?: string;
  readonly platform: Platform;
  readonly home: string;
  readonly cwd: string;
  readonly stdout: TerminalFacts;
  readonly stderr: TerminalFacts;
  /** IANA name of the person's time zone. */
  readonly timeZone: string;
  readonly nowMs: number;
  readonly version: string;
  /** The operating system's name for who runs this: from the process, not from the environment. */
  readonly user: string;
  /** How this program was started, for clients that have to start it again. */
  readonly program: { readonly node: string; readonly entry: string };
};

type TerminalFacts = { readonly isTty: boolean; readonly columns: number };

const DEFAULT_COLUMNS = 80;

export function readFacts(version: string): Facts {
  const { platform, stdout, stderr } = process;
  const { env, fault } = withSecretFiles(process.env);
  const read = readForwardProxy(env);
  const envFault = fault ?? ('problem' in read ? read.problem : undefined);
  return {
    env,
    proxy: 'proxy' in read ? read.proxy : undefined,
    ...(envFault === undefined ? {} : { envFault }),
    platform: platform === 'darwin' || platform === 'win32' ? platform : 'linux',
    home: readHome(),
    cwd: process.cwd(),
    stdout: { isTty: stdout.isTTY === true, columns: stdout.columns || DEFAULT_COLUMNS },
    stderr: { isTty: stderr.isTTY === true, columns: stderr.columns || DEFAULT_COLUMNS },
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    nowMs: Date.now(),
    version,
    user: readUser(),
    program: { node: process.execPath, entry: fileURLToPath(new URL('main.ts', import.meta.url)) },
  };
}

/** Where the system knows no name for it, as in some containers, there is one operator all the same. */
const LOCAL_OPERATOR = 'local-operator';

/** A variable that is empty or relative would put things wherever a command is typed. */
function readHome(): string {
  const named = homedir();
  if (isAbsolute(named)) return named;
  try {
    return userInfo().homedir;
  } catch {
    return named;
  }
}

function readUser(): string {
  try {
    return userInfo().username;
  } catch {
    return LOCAL_OPERATOR;
  }
}

/** `$XDG_DATA_HOME/boomgate` where that is set, else the platform's place for a person's data. */
export function defaultDataDirectory(facts: Pick<Facts, 'env' | 'platform' | 'home'>): string {
  const path = pathsOf(facts);
  const xdg = facts.env['XDG_DATA_HOME'];
  // The XDG specification has relative paths ignored.
  if (xdg !== undefined && path.isAbsolute(xdg)) return path.join(xdg, 'boomgate');
  const base: Record<Platform, string> = {
    linux: path.join(facts.home, '.local', 'share'),
    darwin: path.join(facts.home, 'Library', 'Application Support'),
    win32: facts.env['LOCALAPPDATA'] ?? path.join(facts.home, 'AppData', 'Local'),
  };
  return path.join(base[facts.platform], 'boomgate');
}
