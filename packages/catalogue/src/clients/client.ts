import type { Json, JsonObject } from '@boomgate/engine';

/** Platforms with conventions of their own; every other one counts as `linux`. */
export type Platform = 'linux' | 'darwin' | 'win32';

export const CLIENT_IDS = [
  'claude-code',
  'claude-desktop',
  'cursor',
  'vscode',
  'windsurf',
  'codex',
  'gemini',
  'zed',
  'cline',
  'roo',
  'opencode',
  'copilot-cli',
  'kiro',
  'lm-studio',
  'qwen',
  'antigravity',
  'goose',
  'continue',
] as const;
export type ClientId = (typeof CLIENT_IDS)[number];

/** How a client's file is written. YAML is read only: no edit of it keeps every byte outside the change. */
export type Format = 'json' | 'toml' | 'yaml';

/** How a client writes that a value comes from an environment variable: `${V}`, `${env:V}`, `$V`, `{env:V}`, or not at all. */
export type ReferenceStyle = 'braces' | 'env' | 'dollar' | 'curly' | 'none';

/** What an entry is filled in with. */
export type Target = {
  /** Under which the client keeps it; it becomes the client's prefix of the tools. */
  readonly name: string;
  /** The options of `boomgate run` that say where the calls go. */
  readonly place: readonly string[];
  /** The endpoint on the gateway. */
  readonly endpoint: string;
  /** Base of the gateway's URL. */
  readonly url: string;
  /** Name of the environment variable that holds the grant's token. */
  readonly variable: string;
  /** Where a client that knows no environment variables finds the token. */
  readonly tokenFile: string;
  /** How `boomgate` is started on the client's machine. */
  readonly program: { readonly command: string; readonly args: readonly string[] };
};

/** How a client is led to the gateway. */
export type Recipe = {
  readonly entry: (target: Target) => JsonObject;
  /** What the file needs beside the entry: an element of its list `inputs`. */
  readonly input?: (target: Target) => JsonObject;
  /** A command that does the same, quoted for POSIX shells and PowerShell alike. */
  readonly command?: (target: Target) => string;
  /** How the client gets the token: from the environment, from a file, or by asking the person. */
  readonly token: 'environment' | 'file' | 'prompt';
  readonly note?: string;
};

/** What a client that signs in by itself is given. */
export type SignInTarget = Pick<Target, 'name' | 'endpoint' | 'url'>;

/** What whoever manages the machines of an organisation puts on all of them, so that no agent goes around the gateway. */
export type Managed = {
  /** Where the files belong, on each kind of machine. */
  readonly folders: Readonly<Record<Platform, string>>;
  readonly files: readonly { readonly name: string; readonly effect: string; readonly content: JsonObject }[];
};

/** How a client is led to the gateway that signs in by itself: it opens the person's browser, and they consent there. */
export type SignInRecipe = {
  /** In its file; absent where the address is typed into the client. */
  readonly entry?: (target: SignInTarget) => JsonObject;
  /** A command that does the same. */
  readonly command?: (target: SignInTarget) => string;
  /** A command that begins the sign-in. */
  readonly login?: (target: SignInTarget) => string;
  /** What a person does in the client until the browser opens, in this order. */
  readonly steps: readonly string[];
  /** Whose machines make the calls, where those are not the person's own. */
  readonly runsAt?: string;
  /** Absent: nothing is known that binds it to the gateway on all machines. */
  readonly managed?: (target: SignInTarget) => Managed;
};

/** In file names `~` stands for the home folder and `%APPDATA%` for the roaming folder of Windows. */
export type Client = {
  readonly title: string;
  /** The person's own files; the first is where a new one is made. */
  readonly files: readonly Readonly<Record<Platform, string>>[];
  /** A variable that moves the folder of the first file. */
  readonly folderVariable?: { readonly name: string; readonly file: string };
  /** The files that a project shares, from the project's root. */
  readonly projectFiles: readonly string[];
  readonly format: Format;
  /** The key that servers stand under. */
  readonly key: string;
  /** Servers also stand under `projects.*`, each project with the same key. */
  readonly hasProjects?: true;
  readonly references: ReferenceStyle;
  /** Absent: the file is only read. */
  readonly recipe?: Recipe;
  /** Absent: it is not known to sign in by itself. */
  readonly signIn?: SignInRecipe;
};

/** An entry as a client's file has it: whatever the file says. */
export type Entry = Readonly<Record<string, Json>>;
