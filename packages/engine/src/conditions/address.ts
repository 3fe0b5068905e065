/** An IP address as bits: 32 or 128 of them. */
type Address = { readonly bits: bigint; readonly width: 32 | 128 };
export type Range = { readonly start: bigint; readonly prefix: number; readonly width: 32 | 128 };

const MAPPED_PREFIX = 0xffffn << 32n;

/** A canonical dotted quad or an IPv6 literal without zone; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseSix(text) : parseFour(text);
}

/**
 * `10.0.0.0/8`, `fd00::/8`, or one address. Bits behind the prefix are ignored. A range of IPv4 addresses written
 * as IPv6 (`::ffff:10.0.0.0/104`) is the range of IPv4 addresses.
 */
export function parseRange(text: string): Range | undefined {
  const [address, prefix, ...more] = text.split('/');
  const parsed = parseAddress(address ?? '');
  if (parsed === undefined || more.length > 0) return undefined;
  const length = prefix === undefined ? parsed.width : parsePrefix(prefix, parsed.width);
  if (length === undefined) return undefined;
  const four = embeddedFour(parsed);
  if (four !== undefined && length >= 96) return { start: four.bits, prefix: length - 96, width: 32 };
  return { start: parsed.bits, prefix: length, width: parsed.width };
}

export function contains(range: Range, address: Address): boolean {
  if (range.width !== address.width) return false;
  const shift = BigInt(range.width - range.prefix);
  return address.bits >> shift === range.start >> shift;
}

/** The IPv4 address that `::ffff:1.2.3.4` stands for. */
export function embeddedFour(address: Address): Address | undefined {
  if (address.width === 32 || address.bits >> 32n !== MAPPED_PREFIX >> 32n) return undefined;
  return { bits: address.bits & 0xffffffffn, width: 32 };
}

function parsePrefix(text: string, width: number): number | undefined {
  return /^(0|[1-9]\d{0,2})$/.test(text) && Number(text) <= width ? Number(text) : undefined;
}

function parseFour(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let bits = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bits = (bits << 8n) | BigInt(part);
  }
  return { bits, width: 32 };
}

function parseSix(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(parseGroups);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])];
  return { bits: groups.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n), width: 128 };
}

function parseGroups(text: string, half: number, halves: readonly string[]): number[] | undefined {
  if (text === '') return halves.length === 2 ? [] : undefined;
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    const isEnd = half === halves.length - 1 && index === parts.length - 1;
    const four = isEnd && part.includes('.') ? parseFour(part) : undefined;
    if (four !== undefined) groups.push(Number(four.bits >> 16n), Number(four.bits & 0xffffn));
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
