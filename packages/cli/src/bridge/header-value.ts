export type Headers = Readonly<Record<string, string>>;

/** Plain ASCII as it is, everything that a header could not carry faithfully in the base64 sentinel (P §1.3). */
export function encodeHeader(value: string): string {
  const plain = /^[\x20-\x7e](?:[\x20-\x7e\t]*[\x20-\x7e])?$/.test(value);
  if (plain && value.trim() === value && !/^=\?base64\?.*\?=$/i.test(value)) return value;
  return `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`;
}
