/** Where an agent's program has the browser led back to: a program of this machine, or somebody else's. */
export function leadsBackTo(returnsTo: string): 'here' | 'app' | 'elsewhere' {
  const url = URL.parse(returnsTo);
  if (url === null) return 'elsewhere';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'app';
  return isLoopback(url.hostname) ? 'here' : 'elsewhere';
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** What the page goes on to: an address of the web, which the gateway's own is. Undefined for whatever would run here. */
export function followed(returnTo: string, from: string): string | undefined {
  const url = URL.parse(returnTo, from);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url.href : undefined;
}
