/** What a person types in a terminal, as a program and its arguments; undefined where a quote is left open. */
export function splitCommand(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== '') {
    const word = /^(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/.exec(rest)?.[0];
    if (word === undefined) return undefined;
    words.push(unquoted(word));
    rest = rest.slice(word.length).trimStart();
  }
  return words;
}

function unquoted(word: string): string {
  return word.replace(/"(?:\\.|[^"\\])*"|'[^']*'|\\./g, (part) => {
    if (part.startsWith("'")) return part.slice(1, -1);
    return part.startsWith('"') ? part.slice(1, -1).replace(/\\(["\\])/g, '$1') : part.slice(1);
  });
}

/** Such that `splitCommand` gives the words back. */
export function joinCommand(words: readonly string[]): string {
  return words
    .map((word) =>
      /^[\w@%+=:,./-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, (character) => `\\${character}`)}"`,
    )
    .join(' ');
}

/** Words that say nothing of which server it is. */
const COMMON = new Set(['mcp', 'server', 'api', 'www', 'npx', 'uvx', 'node', 'python', 'latest']);

/** A short name for a server, from its address or its command; empty where there is none in it. */
export function suggestedName(text: string): string {
  const url = URL.parse(text);
  const isAddress = url !== null && /^https?:$/.test(url.protocol);
  const from = isAddress ? nameOfHost(url) : nameOfCommand(text);
  return from
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !COMMON.has(word))
    .slice(0, 3)
    .join('-');
}

/** `mcp.linear.app` is linear. An address in numbers is nobody's name. */
function nameOfHost({ hostname }: URL): string {
  if (/^[\d.]+$|^\[/.test(hostname)) return '';
  const labels = hostname.split('.');
  const own = labels.length > 1 ? labels.slice(0, -1) : labels;
  return own.findLast((label) => !COMMON.has(label) && label.length > 2) ?? own.at(-1) ?? '';
}

/** `npx -y @scope/server-memory@1.2 DIR` is memory: what comes first and is neither a runner nor an option. */
function nameOfCommand(line: string): string {
  const words = (splitCommand(line) ?? []).filter((word) => !word.startsWith('-'));
  const name = words[Math.min(1, words.length - 1)] ?? '';
  const last =
    name
      .replace(/(?<=.)@[^/]*$/, '')
      .split(/[\\/]/)
      .at(-1) ?? '';
  return last.replace(/\.\w{1,4}$/, '');
}
