import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A proxy that connects to hosts for others, where it is told where they are. */
export type TestProxy = AsyncDisposable & {
  /** With the user and password that it wants. */
  readonly url: string;
  /** The hosts, with their ports, to which it was asked to connect. */
  readonly asked: string[];
  /** Where a host with its port is: a port of this machine. */
  readonly places: Map<string, number>;
};

const USER = 'agent';
const PASSWORD = 'p@ss word';

export async function startProxy(): Promise<TestProxy> {
  const asked: string[] = [];
  const places = new Map<string, number>();
  const open = new Set<Socket>();
  const wanted = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
  const server = createServer((_, response) => response.writeHead(400).end());
  server.on('connect', ({ headers, url = '' }, socket: Socket, head) => {
    open.add(socket);
    asked.push(url);
    socket.on('error', () => undefined);
    if (headers['proxy-authorization'] !== wanted)
      return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const port = places.get(url);
    if (port === undefined) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const behind = connect(port, '127.0.0.1');
    open.add(behind);
    behind.on('error', () => socket.destroy());
    behind.on('connect', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      behind.write(head);
      socket.pipe(behind).pipe(socket);
    });
    socket.on('close', () => behind.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`,
    asked,
    places,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
