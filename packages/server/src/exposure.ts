import { isDashboardBuilt } from './front/index.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { isLoopbackHost } from './proxy/index.ts';

/** Why the gateway may not listen where it was told to. */
export function exposureFault({ behindProxy, host }: GatewayOptions): string | undefined {
  if (isLoopbackHost(host) || behindProxy === true) return undefined;
  return `listening on ${host} would send grant tokens over the network unencrypted; listen on 127.0.0.1, or put a TLS proxy in front and start with --behind-proxy`;
}

/**
 * Whether agents may sign in by themselves: a person has to see who asks, and tokens must not travel in the clear, so that it takes a
 * dashboard and an https address, or this machine alone.
 */
export function mayAgentsSignIn({
  behindProxy = false,
  dashboard,
  host,
  publicUrl,
}: GatewayOptions): boolean {
  if (dashboard === undefined || !isDashboardBuilt(dashboard)) return false;
  if (publicUrl === undefined) return isLoopbackHost(host) && !behindProxy;
  const { hostname, protocol } = new URL(publicUrl);
  return protocol === 'https:' || isLoopbackHost(hostname);
}

/** Whether the dashboard opens at the public URL: the addresses in its pages begin at the root of a host. */
export function isAtRoot({ publicUrl }: Pick<GatewayOptions, 'publicUrl'>): boolean {
  return publicUrl === undefined || new URL(publicUrl).pathname === '/';
}

/** Whether browsers reach the gateway over TLS, so that its cookies are for that alone. */
export function isBehindTls({ behindProxy = false, publicUrl }: GatewayOptions): boolean {
  return publicUrl === undefined ? behindProxy : publicUrl.startsWith('https:');
}
