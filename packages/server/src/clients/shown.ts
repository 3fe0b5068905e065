import { isOpenUrl, isPackage, looksSecret } from './secrecy.ts';
import type { ServerTarget } from './target.ts';

/** What may be printed of where a server is: never an argument, a variable, a header, a query or a user name. */
export type ShownTarget = {
  readonly transport: 'stdio' | 'http' | 'sse' | 'unclear';
  /** `npx @scope/package`, `https://host/path`, or why it is unclear. */
  readonly what: string;
  /** The package or image that a runner fetches. */
  readonly package?: string;
};

/** Stands for what is not shown. */
export const HIDDEN = '…';

export function shownTarget(target: ServerTarget): ShownTarget {
  switch (target.kind) {
    case 'unclear':
      return { transport: 'unclear', what: target.reason };
    case 'http':
      return { transport: target.transport ?? 'http', what: shownUrl(target.url) };
    case 'stdio': {
      const [command, ...args] = unwrapped([target.command, ...target.args]);
      const program = programOf(command ?? '');
      const named = packageOf(program, args);
      return {
        transport: 'stdio',
        what: named === undefined ? program : `${program} ${named}`,
        ...(named === undefined ? {} : { package: named }),
      };
    }
  }
}

/** Origin and path; parts of the path that look like tokens are left out. */
function shownUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return HIDDEN;
  const host = looksSecret(url.hostname) ? HIDDEN : url.host;
  const path = url.pathname
    .split('/')
    .map((part) => (isOpenUrl(`https://a/${part}`) ? part : HIDDEN))
    .join('/');
  return `${url.protocol}//${host}${path === '/' ? '' : path}`;
}

/** On Windows clients start programs through a shell. */
function unwrapped(words: readonly string[]): readonly string[] {
  const isShell = /^cmd(?:\.exe)?$/i.test(programOf(words[0] ?? '')) && /^\/c$/i.test(words[1] ?? '');
  return isShell ? words.slice(2) : words;
}

/** The program's name without its folder. Of a whole command line only the first word, as the rest may hold secrets. */
export function programOf(command: string): string {
  const isLine = /\s-|\s.*=/.test(command);
  const path = isLine ? (command.split(/\s/)[0] ?? '') : command;
  const name = path.split(/[\\/]/).at(-1) ?? '';
  return /^[\w.+@ -]{1,64}$/.test(name) && !looksSecret(name) ? name : HIDDEN;
}

type Runner = {
  readonly lead?: readonly string[];
  /** Options that may stand before the package: those without a value, those with one, and those whose value names the package. */
  readonly alone: RegExp;
  readonly valued: RegExp;
  readonly naming: RegExp;
};

const NONE = /^$/;
const ofUv = {
  alone:
    /^(?:-q|--quiet|-U|--upgrade|--refresh|--isolated|--no-cache|--offline|--system-certs|--native-tls)$/,
  valued: /^(?:-w|--with|-p|--python)$/,
  naming: /^--from$/,
} satisfies Runner;

/** Programs that fetch what they run. */
const RUNNERS: Readonly<Record<string, Runner>> = {
  npx: { alone: /^(?:-y|--yes|-q|--quiet)$/, valued: NONE, naming: /^(?:-p|--package)$/ },
  bunx: { alone: /^(?:--bun|-y)$/, valued: NONE, naming: /^(?:-p|--package)$/ },
  uvx: ofUv,
  uv: { ...ofUv, lead: ['tool', 'run'] },
  pnpm: { lead: ['dlx'], alone: NONE, valued: NONE, naming: /^--package$/ },
  pipx: { lead: ['run'], alone: NONE, valued: NONE, naming: /^--spec$/ },
  dnx: { alone: /^(?:-y|--yes)$/, valued: NONE, naming: NONE },
  docker: {
    lead: ['run'],
    alone: /^(?:-i|-t|-it|-ti|--rm|--init|--interactive|--pull=always)$/,
    valued: /^(?:-e|--env|-v|--volume|--mount|--name|--network|--env-file|-p|--publish|-w|-u|--user)$/,
    naming: NONE,
  },
};

/** The package that a runner is told to run. Nothing where an option stands before it that is not known: its value may be a secret. */
function packageOf(program: string, args: readonly string[]): string | undefined {
  const runner = RUNNERS[program.replace(/\.(?:cmd|exe)$/i, '').replace(/^podman$/, 'docker')];
  if (runner === undefined) return undefined;
  const { alone, valued, naming, lead = [] } = runner;
  if (lead.some((word, index) => args[index] !== word)) return undefined;
  const rest = args.slice(lead.length);
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? '';
    if (naming.test(word)) return named(rest[index + 1]);
    if (valued.test(word)) index += 1;
    else if (!alone.test(word)) return named(word);
  }
  return undefined;
}

const named = (word: string | undefined): string | undefined =>
  word !== undefined && isPackage(word) ? word : undefined;
