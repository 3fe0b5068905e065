/** Texts that some operators take: folders, hosts and address ranges. Each says what is wrong, or undefined. */

/** `/srv/data`, `C:\data`; never relative, since nothing relative lies in any folder for certain. */
export function folderFault(folder: string): string | undefined {
  if (folder.includes('\0')) return 'a path has no NUL';
  if (/^(\\[\\/]|\/\\)/.test(folder))
    return 'a network path cannot be compared by its text; name a local folder';
  if (/^([A-Za-z]:)?[\\/]/.test(folder)) return undefined;
  return 'write the folder from the root, such as "/srv/data" or "C:\\data"';
}

const HOST_LABEL = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
const HOST_MAX = 253;

/** `example.com`, `*.example.com`, `10.0.0.1`, `[::1]`. */
export function hostFault(entry: string): string | undefined {
  if (entry.includes('/')) return 'write the host alone, without scheme and path';
  const literal = /^\[(.*)\]$/.exec(entry)?.[1] ?? entry;
  if (literal.includes(':')) {
    return addressWidth(literal) === undefined ? 'write the host alone, without a port' : undefined;
  }
  const host = entry.replace(/^\*\./, '').replace(/\.$/, '');
  if (host.includes('*')) return '"*" may only stand in front, as in "*.example.com"';
  if (/[^\x20-\x7e]/.test(host)) return 'write an international name in its ASCII form, "xn--…"';
  const labels = host.split('.');
  if (host.length > HOST_MAX || !labels.every((label) => HOST_LABEL.test(label))) {
    return 'write a host name such as "example.com" or "*.example.com"';
  }
  // A last label that is a number makes every URL parser read an IPv4 address.
  const isNumeric = /^(\d+|0[xX][0-9a-fA-F]*)$/.test(labels.at(-1) ?? '');
  if (isNumeric && addressWidth(entry) === undefined)
    return 'write an IPv4 address as four numbers from 0 to 255';
  return undefined;
}

/** `10.0.0.0/8`, `fd00::/8`, or one address. */
export function rangeFault(range: string): string | undefined {
  const [address = '', prefix, ...more] = range.split('/');
  const width = more.length > 0 ? undefined : addressWidth(address);
  if (width === undefined) return 'write a range such as "10.0.0.0/8" or "fd00::/8"';
  if (prefix === undefined || (/^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= width))
    return undefined;
  return `the number after "/" goes from 0 to ${width}`;
}

function addressWidth(text: string): 32 | 128 | undefined {
  if (!text.includes(':')) return isFour(text) ? 32 : undefined;
  return isSix(text) ? 128 : undefined;
}

function isFour(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isSix(text: string): boolean {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return false;
  if (tail === undefined) return groupsOf(head, true) === 8;
  const groups = groupsOf(head, false) + groupsOf(tail, true);
  return groups <= 7;
}

/** How many groups of sixteen bits, an IPv4 ending counting two; more than any address has when one is malformed. */
function groupsOf(text: string, isEnd: boolean): number {
  if (text === '') return 0;
  const parts = text.split(':');
  let groups = 0;
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups += 1;
    else if (isEnd && index === parts.length - 1 && isFour(part)) groups += 2;
    else return Number.POSITIVE_INFINITY;
  }
  return groups;
}
