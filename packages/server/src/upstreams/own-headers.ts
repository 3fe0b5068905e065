/** The headers that a server's own settings add to what is sent to it. */

/** What clients' files name beside a server's credential, though their clients send it by themselves, as the gateway does. */
const SENT_ANYWAY: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-type',
  'keep-alive',
  'mcp-protocol-version',
]);

/** Headers that belong to the connection or to the protocol, so that a server's settings cannot replace them. */
const RESERVED =
  /^(?:host|connection|keep-alive|upgrade|te|trailer|expect|transfer-encoding|content-length|content-type|accept|accept-encoding|mcp-.*)$/i;
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether settings that name it mean nothing by it, and may be read as if they did not. */
export function isSentAnyway(name: string): boolean {
  return SENT_ANYWAY.has(name.toLowerCase());
}

/** Why a header cannot be sent, or undefined. Never with the value, which may be a credential. */
export function headerProblem(name: string, value: string): string | undefined {
  const quoted = JSON.stringify(name);
  if (RESERVED.test(name))
    return `the header ${quoted} cannot be set for a server: the gateway sets it, or the protocol does`;
  if (!NAME.test(name)) return `expected the name of a header, found ${quoted}`;
  if (!VALUE.test(value))
    return `the header ${quoted} cannot be set for a server: its value has a line break or a character beyond Latin-1, such as "…"`;
  return undefined;
}
