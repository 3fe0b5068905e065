/** Short values, such as `1` or `true`, are no credentials and would make the log unreadable. */
const SECRET_CHARACTERS = 6;

/** Takes the values of the server's own variables out of a line of its log, as they are and as programs quote them. */
export function secretHider(env: Readonly<Record<string, string>>): (line: string) => string {
  // The log comes by lines, so that of a value of several lines, such as a private key, each is looked for.
  const lines = Object.values(env).flatMap((value) => value.split(/[\r\n]+/).map((line) => line.trim()));
  const secrets = new Set(lines.filter((line) => line.length >= SECRET_CHARACTERS).flatMap(spellings));
  // One may be the beginning of another, of which the rest would be left.
  const longestFirst = [...secrets].sort((one, other) => other.length - one.length);
  return (line) => longestFirst.reduce((text, secret) => text.replaceAll(secret, '***'), line);
}

/** A text, and what stands between the quotes where it is printed as JSON or by `util.inspect`. */
function spellings(text: string): readonly string[] {
  const backslashed = text.replaceAll('\\', '\\\\');
  return [text, JSON.stringify(text).slice(1, -1), backslashed, backslashed.replaceAll("'", "\\'")];
}
