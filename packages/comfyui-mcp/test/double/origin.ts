/** A page of another site must not reach a server on this machine: a loopback `Host` with a foreign `Origin` is refused. */
export function isForeign(host: string | undefined, origin: string | undefined): boolean {
  if (host === undefined || origin === undefined) return false;
  const ours = parse(`http://${host}`);
  const theirs = parse(origin);
  if (ours === undefined || theirs === undefined || !isLoopback(ours.hostname)) return false;
  // Without a port on one side only the names are compared.
  return ours.port === '' || theirs.port === ''
    ? ours.hostname !== theirs.hostname
    : ours.host !== theirs.host;
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}
