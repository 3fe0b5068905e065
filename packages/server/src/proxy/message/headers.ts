const SENTINEL = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;

/** A value is encoded when it has both ends of the form; with only one of them it stands for itself. */
function isEncoded(value: string): boolean {
  return value.startsWith('=?base64?') && value.endsWith('?=');
}

/** Decodes an `Mcp-Name` or `Mcp-Param-*` value (P §1.3); undefined when it is not validly encoded. */
export function decodeHeaderValue(value: string): string | undefined {
  if (!isEncoded(value)) return /^[\x20-\x7e\t]*$/.test(value) ? value : undefined;
  const encoded = SENTINEL.exec(value)?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded) return undefined;
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}
