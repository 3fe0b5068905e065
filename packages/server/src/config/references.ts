/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;
const ANY_REFERENCE = /\$\{[^}]*\}/;

/**
 * Replaces `${env:NAME}`, and the spellings of MCP clients `${NAME}` and `${NAME:-default}`. A name that is not set is a
 * problem, never an empty text: a header without its credential would reach the server as if it were meant.
 */
export function resolveReferences(
  text: string,
  environment: Environment,
): { readonly text: string } | { readonly problem: string } {
  const missing: string[] = [];
  const resolved = text.replace(REFERENCE, (_whole, name: string, fallback: string | undefined) => {
    const value = environment[name] ?? fallback;
    if (value === undefined) missing.push(name);
    return value ?? '';
  });
  if (missing.length > 0)
    return {
      problem: `the environment variable ${missing.join(', ')} is not set: export it where this command is started`,
    };
  const unknown = ANY_REFERENCE.exec(text.replace(REFERENCE, ''))?.[0];
  if (unknown !== undefined)
    return { problem: `the reference ${cut(unknown)} is not understood; expected \${env:NAME}` };
  return { text: resolved };
}

/** What stands behind the name of a reference is a value for want of another, and may be a secret. */
function cut(reference: string): string {
  const [name = ''] = /^\$\{[\w:]*/.exec(reference) ?? [];
  return reference.length === name.length + 1 ? reference : `${name}…}`;
}

/** For whoever may not read the gateway's environment: a text without references is itself, and none is quoted. */
export function refuseReferences(text: string): { readonly text: string } | { readonly problem: string } {
  if (!ANY_REFERENCE.test(text)) return { text };
  return {
    problem:
      'expected a value, found a reference such as ${env:NAME}: only the configuration file may name variables of the gateway',
  };
}
