import { request as overHttp } from 'node:http';
import { request as overTls } from 'node:https';
import { BlockList, isIP, type LookupFunction, type Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { AddressRefused } from './addresses.ts';
import type { ForwardProxy } from './contract.ts';

/** Of this machine, which no proxy leads to. */
const ALWAYS_DIRECT = ['localhost', '*.localhost', '127.0.0.0/8', '::1'];

/** Whether a host is reached without the proxy. `host` is as `URL.hostname` has it. */
export function isDirect({ except }: ForwardProxy, host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const entries = [...ALWAYS_DIRECT, ...except].map((entry) => entry.toLowerCase());
  const family = isIP(name);
  if (family === 0)
    return entries.some(
      (entry) => name === entry || (entry.startsWith('*.') && name.endsWith(entry.slice(1))),
    );
  const nets = new BlockList();
  for (const entry of entries) {
    const [net = '', prefix] = entry.split('/');
    const kind = isIP(net) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(net) === 0) continue;
    if (prefix === undefined) nets.addAddress(net, kind);
    else nets.addSubnet(net, Number(prefix), kind);
  }
  return nets.check(name, family === 6 ? 'ipv6' : 'ipv4');
}

type Tunnel = {
  readonly proxy: ForwardProxy;
  /** Finds what this machine knows of a name, and refuses a special address where none may be reached. */
  readonly lookup: LookupFunction;
  /** Speaks TLS on a socket that leads to the host. */
  readonly connect: buildConnector.connector;
  /** Milliseconds until the proxy has let the connection through. */
  readonly connectMs: number;
};

/**
 * Connections through a proxy: a tunnel for each, in which the host's own certificate is checked as without. The proxy finds the host by
 * its name; one that this machine knows to be at an address that may not be reached is refused before.
 */
export function throughProxy({ connect, connectMs, lookup, proxy }: Tunnel): buildConnector.connector {
  return (request, callback) => {
    const { hostname, port, protocol } = request;
    const host = hostname.includes(':') ? `[${hostname}]` : hostname;
    const authority = `${host}:${port || (protocol === 'https:' ? 443 : 80)}`;
    refusedHere(lookup, hostname)
      .then(() => openTunnel(proxy, authority, connectMs))
      .then(
        (socket) => {
          if (protocol !== 'https:') return callback(null, socket);
          // Its types leave out what its own proxies are made with.
          connect({ ...request, httpSocket: socket } as typeof request, callback);
        },
        (failure: Error) => callback(failure, null),
      );
  };
}

/** Milliseconds in which this machine knows a name, or does not: behind a proxy it may have nobody to ask. */
const KNOWN_MS = 1_000;

/** Rejects with `AddressRefused` where this machine knows that no one may go there; what it does not know the proxy may. */
function refusedHere(lookup: LookupFunction, hostname: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(resolve, KNOWN_MS);
    lookup(hostname, { all: true }, (error) => {
      clearTimeout(late);
      if (error instanceof AddressRefused) reject(error);
      else resolve();
    });
  });
}

/** Milliseconds of silence after which the system asks whether the proxy is still there, as on other connections. */
const KEEP_ALIVE_MS = 60_000;

/** Rejects where the proxy cannot be reached in time, or does not let the connection through; the text is for the operator. */
function openTunnel(proxy: ForwardProxy, authority: string, connectMs: number): Promise<Socket> {
  const url = new URL(proxy.url);
  const { password, username } = url;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return new Promise((resolve, reject) => {
    const asked = (url.protocol === 'https:' ? overTls : overHttp)({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || (url.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: authority,
      headers: {
        host: authority,
        ...(username === '' && password === '' ? {} : { 'proxy-authorization': authorization }),
      },
      agent: false,
      signal: AbortSignal.timeout(connectMs),
    });
    asked.once('connect', ({ statusCode = 0 }, socket: Socket, head) => {
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head);
        socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
        return resolve(socket);
      }
      socket.destroy();
      reject(new Error(refusal(statusCode, authority)));
    });
    asked.once('error', ({ message, name }) => {
      const why = name === 'AbortError' ? `no answer within ${connectMs} ms` : message;
      reject(new Error(`the proxy ${url.host} cannot be reached: ${why}`));
    });
    asked.end();
  });
}

function refusal(status: number, authority: string): string {
  const said = `the proxy does not let connections to ${authority} through: HTTP ${status}`;
  return status === 407 ? `${said}; it wants a user and a password, or other ones, in BOOMGATE_PROXY` : said;
}
