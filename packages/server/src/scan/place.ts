import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Folders for one server, gone when disposed of. */
export type Place = AsyncDisposable & {
  /** Around all of them; only what runs here has it in its environment. */
  readonly mark: string;
  readonly work: string;
  /** What a process sees instead of its caller's variables, beside the next. */
  readonly environment: Environment;
  /** For the launcher to add. */
  readonly variables: Readonly<Record<string, string>>;
};

const isWindows = process.platform === 'win32';

/** What a process needs of its caller to run at all. No variable here holds a credential or leads to one. */
const HANDED_ON = ['PATH', 'LANG', 'SYSTEMROOT', 'SYSTEMDRIVE', 'COMSPEC', 'PATHEXT', 'PROGRAMFILES'];
/** Where Windows programs keep what Unix programs keep in HOME and TMPDIR. */
const WINDOWS_HOMES = ['USERPROFILE', 'APPDATA', 'LOCALAPPDATA'];

/** A home, a folder for temporary files and one to work in, all of them empty. */
export async function openPlace(caller: Environment): Promise<Place> {
  // A name that does not tell a server that it is only looked at.
  const mark = await mkdtemp(join(tmpdir(), 'session-'));
  const [home, temporary, work] = ['home', 'tmp', 'work'].map((name) => join(mark, name)) as [
    string,
    string,
    string,
  ]; // As many as there are names.
  for (const folder of [home, temporary, work]) await mkdir(folder, { mode: 0o700 });
  const known = HANDED_ON.map((name) => [name, caller[name]] as const);
  const homes = isWindows ? WINDOWS_HOMES.map((name) => [name, home] as const) : [];
  return {
    mark,
    work,
    environment: Object.fromEntries([
      ...known,
      ...homes,
      ['HOME', home],
      ['TEMP', temporary],
      ['TMP', temporary],
    ]),
    variables: { TMPDIR: temporary },
    [Symbol.asyncDispose]: () => clear(mark),
  };
}

/** Removes a folder. One in it that may not be entered is opened first; what cannot be removed even then stays. */
async function clear(folder: string): Promise<void> {
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  await remove().catch(async () => {
    await openUp(folder);
    await remove().catch(() => {});
  });
}

async function openUp(folder: string): Promise<void> {
  await chmod(folder, 0o700).catch(() => {});
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await openUp(join(folder, entry.name));
}
