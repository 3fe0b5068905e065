import type { HttpTarget, StdioTarget } from './contract.ts';

/** Characters of a value from which on it counts as a secret: shorter ones are words such as `1` or `true`. */
const SECRET_LENGTH_MIN = 6;
const SHOWN = '[secret]';

/** Takes out of a text for the operator what the gateway presents to a server: servers repeat it in their errors. */
export function withoutSecrets(target: HttpTarget | StdioTarget): (text: string) => string {
  const secrets = secretsOf(target);
  return (text) => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, SHOWN), text);
}

/** The longest first, as one may be part of another. */
function secretsOf(target: HttpTarget | StdioTarget): readonly string[] {
  const values =
    target.kind === 'stdio'
      ? Object.values(target.env)
      : [...Object.values(target.headers), ...queryOf(target)];
  // Of "Bearer abc", a server may repeat the second word alone.
  const words = values.flatMap((value) => [value, ...value.split(' ').slice(1)]);
  return [...new Set(words)]
    .filter(({ length }) => length >= SECRET_LENGTH_MIN)
    .sort((one, other) => other.length - one.length);
}

/** As it was written, and as it is meant. */
function queryOf({ url }: HttpTarget): readonly string[] {
  const parsed = URL.parse(url);
  if (parsed === null) return [];
  const written = parsed.search.slice(1).split('&');
  return [...parsed.searchParams.values(), ...written.map((part) => part.slice(part.indexOf('=') + 1))];
}
