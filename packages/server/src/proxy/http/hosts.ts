import type { HostRules } from '../context.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The hosts under which this gateway may be addressed: loopback names on any port, and the host of the public URL.
 * A gateway that listens for others without a public URL takes any host, since it cannot know its names; origins of
 * web pages it never guesses.
 */
export function hostRules(options: {
  readonly listenHost: string;
  readonly publicUrl: string | undefined;
}): HostRules {
  const publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
  const anyHost = publicUrl === undefined && !isLoopbackHost(options.listenHost);
  return {
    allowsHost: (host) => anyHost || LOOPBACK.has(withoutPort(host)) || isHostOf(publicUrl, host),
    allowsOrigin: (origin) => {
      const match = /^https?:\/\/([^/?#@\\]+)$/.exec(origin);
      if (match === null) return false;
      return LOOPBACK.has(withoutPort(match[1] ?? '')) || origin === publicUrl?.origin;
    },
  };
}

/** In any case, and with the port of its scheme where none is named: proxies write it out (RFC 9110 §4.2.3). */
function isHostOf(url: URL | undefined, host: string): boolean {
  if (url === undefined) return false;
  const given = host.toLowerCase();
  return given === url.host || (url.port === '' && given === `${url.host}:${schemePort(url)}`);
}

function schemePort({ protocol }: URL): number {
  return protocol === 'https:' ? 443 : 80;
}

export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.has(host) || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Whether a `Host` header names this machine. */
export function isLoopbackAuthority(host: string): boolean {
  return LOOPBACK.has(withoutPort(host));
}

function withoutPort(host: string): string {
  return host.toLowerCase().replace(/:\d{1,5}$/, '');
}
