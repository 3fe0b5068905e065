/**
 * Schemes at which no program waits for a code: addresses that leave the machine without TLS, or that a browser or a telephone shows or
 * sends on. The library refuses those that run or read something.
 */
const NO_PROGRAM = new Set(['ftp:', 'ws:', 'wss:', 'mailto:', 'sms:', 'tel:', 'intent:', 'view-source:']);

/** What is wrong with addresses of return, beside what the library sees; they are anybody's JSON, which it has not read yet. */
export function redirectFault(uris: unknown): string | undefined {
  const parsed = [uris].flat().map((uri) => (typeof uri === 'string' ? URL.parse(uri) : null));
  for (const url of parsed) {
    if (url === null) continue;
    if (NO_PROGRAM.has(url.protocol)) return `must not use the ${url.protocol.slice(0, -1)} scheme`;
    // They are compared letter by letter, and a person reads the host alone.
    if (url.username !== '' || url.password !== '') return 'must not contain a user name or password';
    if (url.hostname.includes('*')) return 'must name one host, without *';
  }
  return undefined;
}
