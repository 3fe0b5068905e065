/** Environment variables by name, and what files hold by `file:PATH`, as `withFiles` puts it there. */
export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{(file:(?!-)[^}]+|(?:env:)?[A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;
const FILE = 'file:';

/**
 * Replaces `${env:NAME}`, the spellings of MCP clients `${NAME}` and `${NAME:-default}`, and `${file:PATH}`. A name that is not set is a
 * problem, never an empty text: a header without its credential would reach the server as if it were meant.
 */
export function resolveReferences(
  text: string,
  environment: Environment,
): { readonly text: string } | { readonly problem: string } {
  const missing: string[] = [];
  const resolved = text.replace(REFERENCE, (_whole, key: string, fallback: string | undefined) => {
    const name = key.replace(/^env:/, '');
    const value = (Object.hasOwn(environment, name) ? environment[name] : undefined) ?? fallback;
    if (value === undefined) missing.push(name);
    return value ?? '';
  });
  if (missing.some((name) => name.startsWith(FILE)))
    return { problem: 'only a configuration file of the gateway may name files; expected ${env:NAME}' };
  if (missing.length > 0)
    return {
      problem: `the environment variable ${missing.join(', ')} is not set: export it where this command is started`,
    };
  const unknown = anyReference(text.replace(REFERENCE, ''));
  if (unknown !== undefined)
    return {
      problem: `the reference ${cut(unknown)} is not understood; expected \${env:NAME}`,
    };
  return { text: resolved };
}

/** The first that a text has, understood or not. By hand: an expression would look to the end of the text from each beginning. */
function anyReference(text: string): string | undefined {
  const from = text.indexOf('${');
  const to = from === -1 ? -1 : text.indexOf('}', from);
  return to === -1 ? undefined : text.slice(from, to + 1);
}

/** The paths that the references of a text name. */
export function filesNamed(text: string): readonly string[] {
  const keys = [...text.matchAll(REFERENCE)].map(([, key = '']) => key);
  return keys.filter((key) => key.startsWith(FILE)).map((key) => key.slice(FILE.length));
}

/** The same with what files hold, by the paths as they are written; without the line's end that editors put at the end of a file. */
export function withFiles(environment: Environment, texts: ReadonlyMap<string, string>): Environment {
  const entries = [...texts].map(([path, text]) => [`${FILE}${path}`, text.replace(/\r?\n$/, '')]);
  return { ...environment, ...Object.fromEntries(entries) };
}

/** What stands behind the name of a reference is a value for want of another, and may be a secret. */
function cut(reference: string): string {
  const [name = ''] = /^\$\{[\w:]*/.exec(reference) ?? [];
  return reference.length === name.length + 1 ? reference : `${name}…}`;
}

/** For whoever may not read the gateway's environment: a text without references is itself, and none is quoted. */
export function refuseReferences(text: string): { readonly text: string } | { readonly problem: string } {
  if (anyReference(text) === undefined) return { text };
  return {
    problem:
      'expected a value, found a reference such as ${env:NAME}: only the configuration file may name variables of the gateway',
  };
}

/** The same; undefined after it was reported why there is none. */
export function resolvedOr(
  report: (problem: string) => void,
  text: string,
  environment: Environment,
): string | undefined {
  const result = resolveReferences(text, environment);
  if ('text' in result) return result.text;
  report(result.problem);
  return undefined;
}
