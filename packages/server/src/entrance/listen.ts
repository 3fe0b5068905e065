import type { AddressInfo, Server } from 'node:net';
import type { GatewayOptions } from '../gateway-options.ts';

/** Connections that wait in the system to be accepted, if it lets so many: who finds no place tries again after a second. */
const BACKLOG = 4_096;

/** Listens, or says why that is not possible and what to do about it. */
export async function listen(
  http: Server,
  { host, port }: Pick<GatewayOptions, 'host' | 'port'>,
): Promise<{ readonly port: number } | { readonly problem: string }> {
  return new Promise((resolve) => {
    http.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ problem: listenFault(error, { host, port }) }),
    );
    // A listening TCP server has an address with a port.
    http.listen({ port, host: bare(host), backlog: BACKLOG }, () =>
      resolve({ port: (http.address() as AddressInfo).port }),
    );
  });
}

/** An IPv6 address without the brackets that it has in a URL. */
function bare(host: string): string {
  return host.replace(/^\[([^\]]*)\]$/, '$1');
}

function listenFault(error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): string {
  if (error.code === 'EADDRINUSE')
    return `port ${port} of ${host} is taken; stop what listens there, or choose another with --port`;
  if (error.code === 'EACCES')
    return `this user may not listen on port ${port}; choose one above 1023 with --port`;
  if (error.code === 'EADDRNOTAVAIL')
    return `${host} is not an address of this machine; choose one with --host`;
  return `cannot listen on ${host}:${port}: ${error.message}`;
}
