import type { JsonObject } from '@boomgate/engine';
import {
  type DeclaredServer,
  isOpenArgument,
  isOpenPath,
  isOpenSetting,
  isOpenUrl,
  isPackage,
  isReference,
  shownTarget,
} from '../clients/index.ts';

/** A variable that the gateway's configuration refers to, and the place in the client's file that its value comes from. */
export type Variable = {
  readonly name: string;
  /** Such as `env.GITHUB_TOKEN`; absent for a reference that the client's file had itself. */
  readonly from?: string;
};

export type Portable =
  | { readonly ok: true; readonly entry: JsonObject; readonly variables: readonly Variable[] }
  | { readonly ok: false; readonly reason: string };

/** Names of variables that other servers refer to: none of them may get another meaning. */
export type Naming = { readonly slug: string; readonly taken: ReadonlySet<string> };

/**
 * A declared server as an entry of the gateway's configuration. Values that are not plainly harmless are not copied: a
 * reference `${env:NAME}` stands in their place, and `variables` says what to set.
 */
export function portableEntry({ target }: Pick<DeclaredServer, 'target'>, naming: Naming): Portable {
  const move = new Move(naming);
  switch (target.kind) {
    case 'unclear':
      return { ok: false, reason: target.reason };
    case 'http':
      return move.done({
        url: isOpenUrl(target.url) ? target.url : move.replace(target.url, 'URL', 'url'),
        ...(target.transport === undefined ? {} : { type: target.transport }),
        ...move.settings('headers', target.headers),
      });
    case 'stdio':
      return move.done({
        command: isProgram(target.command)
          ? target.command
          : move.replace(target.command, 'COMMAND', 'command'),
        ...(target.args.length === 0 ? {} : { args: move.args(target) }),
        ...move.settings('env', target.env),
        ...(target.cwd === undefined ? {} : { cwd: move.folder(target.cwd) }),
      });
  }
}

const isProgram = (command: string): boolean =>
  isOpenPath(command) || (/^[\w.+-]+$/.test(command) && isPackage(command));

/** The way to say who one is before the secret itself. */
const SCHEME = /^(Bearer|Basic|Token) \S+$/i;

/** Collects what one server needs. */
class Move {
  readonly #variables = new Map<string, Variable>();
  readonly #naming: Naming;

  constructor(naming: Naming) {
    this.#naming = naming;
  }

  done(entry: JsonObject): Portable {
    return { ok: true, entry, variables: [...this.#variables.values()] };
  }

  settings(key: 'env' | 'headers', values: Readonly<Record<string, string>>): JsonObject {
    const entries = Object.entries(values).map(
      ([name, value]) => [name, this.#setting(`${key}.${name}`, name, value)] as const,
    );
    return entries.length === 0 ? {} : { [key]: Object.fromEntries(entries) };
  }

  #setting(from: string, name: string, value: string): string {
    if (isOpenSetting(name, value)) return this.#kept(value);
    const scheme = from.startsWith('headers.') ? SCHEME.exec(value)?.[1] : undefined;
    if (scheme === undefined) return this.replace(value, name, from);
    return `${scheme} ${this.replace(value, 'TOKEN', `${from} after "${scheme} "`)}`;
  }

  args(target: Extract<DeclaredServer['target'], { kind: 'stdio' }>): string[] {
    const { package: name } = shownTarget(target);
    return target.args.map((text, index) => {
      if (text === name || isOpenArgument(text, target.args[index - 1])) return this.#kept(text);
      return this.replace(text, `ARG_${index + 1}`, `args[${index}]`);
    });
  }

  folder(path: string): string {
    return isOpenPath(path) ? path : this.replace(path, 'CWD', 'cwd');
  }

  /** A reference in place of a value. */
  replace(value: string, name: string, from: string): string {
    if (isReference(value)) return this.#kept(value);
    const variable = this.#variableFor(name);
    this.#variables.set(variable, { name: variable, from });
    return `\${env:${variable}}`;
  }

  #kept(value: string): string {
    const name = isReference(value) ? /\$\{env:(\w+)\}/.exec(value)?.[1] : undefined;
    if (name !== undefined && !this.#variables.has(name)) this.#variables.set(name, { name });
    return value;
  }

  /** `GITHUB_TOKEN` of the server `github` keeps its name; `TOKEN` becomes `GITHUB_TOKEN`. */
  #variableFor(name: string): string {
    const { slug, taken } = this.#naming;
    const prefix = upper(slug).replace(/^(?=\d)/, '_');
    const own = upper(name);
    const wanted = own.startsWith(`${prefix}_`) ? own : `${prefix}_${own}`;
    const isFree = (variable: string): boolean => !this.#variables.has(variable) && !taken.has(variable);
    let variable = wanted;
    for (let next = 2; !isFree(variable); next += 1) variable = `${wanted}_${next}`;
    return variable;
  }
}

const upper = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
