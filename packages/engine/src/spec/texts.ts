/** The reference semantics of the texts that `path_within`, `host_in` and `cidr_in` read (policy language §4). */

/** The steps of a file path from its root, the drive first; undefined for what is no absolute path on this machine. */
export function stepsOf(path: string, separators = /[\\/]/): readonly string[] | undefined {
  const [, drive = '', rest] = /^([a-zA-Z]:)?([\\/].*)$/s.exec(path) ?? [];
  if (rest === undefined || path.includes('\0') || /^(\\[\\/]|\/\\)/.test(path)) return undefined;
  const steps: string[] = [];
  for (const step of rest.split(separators)) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return [drive.toUpperCase(), ...steps];
}

/** The steps as Windows takes them, and as a machine does where a backslash is a character of a name; undefined for no path. */
export function stepsOfAll(path: string): readonly (readonly string[])[] | undefined {
  const windows = stepsOf(path);
  const isWindows = windows?.[0] !== '' || !path.includes('/');
  const other = isWindows ? windows : path.startsWith('/') ? stepsOf(path, /\//) : undefined;
  return windows && other && [windows, other];
}

/** The host of an absolute http(s) URL; undefined for whatever two parsers may read differently. */
export function hostOfUrl(url: string): string | undefined {
  const parts = /^https?:\/\/(\[[\da-f:.]+:[\da-f:.]*\]|[\w.-]+)(?::(\d{0,5}))?([/?#].*)?$/is.exec(url);
  const isPlain = /^[!-~]*$/.test(url) && !url.includes('\\');
  return parts?.[1] !== undefined && isPlain && Number(parts[2] ?? 0) < 65_536 ? hostOf(parts[1]) : undefined;
}

/** One spelling of a host name or address: the bits of an address, a name in lower case without the root's dot. */
export function hostOf(text: string): string | undefined {
  const host = text.toLowerCase().replace(/^\[|\]$/g, '');
  const name = host.replace(/\.$/, '');
  if (host.includes(':') || /(^|\.)(\d+|0x[\da-f]*)$/.test(name)) return addressBits(name);
  const labels = name.split('.');
  const isName = labels.every((label) => /^\w([\w-]{0,61}\w)?$/.test(label)) && name.length <= 253;
  return isName ? name : undefined;
}

/** The 128 bits of an address as zeros and ones, an IPv4 address as the IPv6 address that it is mapped to. */
export function addressBits(text: string): string | undefined {
  if (!text.includes(':')) return FOUR.test(text) ? addressBits(`::ffff:${text}`) : undefined;
  const [head = '', tail, ...more] = text.replace(FINAL_FOUR, asGroups).split('::');
  const first = groupsOf(head);
  const last = groupsOf(tail ?? '');
  const missing = 8 - first.length - last.length;
  const groups = [...first, ...new Array<string>(Math.max(0, missing)).fill('0'), ...last];
  const isWhole = tail === undefined ? missing === 0 : missing > 0 && more.length === 0;
  if (!isWhole || !groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}

/** Whether an address, as written and as bits, lies in a range; plain IPv4 lies in IPv4 ranges only. */
export function isInRange(text: string, bits: string, range: string): boolean {
  const [address = '', prefix] = range.split('/');
  const fixed = prefix === undefined ? 128 : Number(prefix) + (address.includes(':') ? 0 : 96);
  const start = addressBits(address)?.slice(0, fixed);
  return start !== undefined && bits.startsWith(start) && (text.includes(':') || fixed >= 96);
}

const BYTE = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const QUAD = `${BYTE}\\.${BYTE}\\.${BYTE}\\.${BYTE}$`;
const FOUR = new RegExp(`^${QUAD}`);
const FINAL_FOUR = new RegExp(`(?<=:)${QUAD}`);

function asGroups(_quad: string, ...bytes: readonly string[]): string {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}
