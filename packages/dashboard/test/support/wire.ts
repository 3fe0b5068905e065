import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A wire between a browser and a gateway that a test can cut; what is sent meanwhile goes nowhere. */
type Wire = AsyncDisposable & {
  readonly url: string;
  readonly cut: () => void;
  readonly mend: () => void;
  /** Keeps back what the gateway says on connections on which this was asked for, until what it returns is called. */
  readonly hold: (asked: string) => () => void;
};

export async function wireTo(gateway: string): Promise<Wire> {
  const { hostname, port } = new URL(gateway);
  const sockets = new Set<Socket>();
  /** The ends at the gateway, with what was asked for there last. */
  const asked = new Map<Socket, string>();
  let isCut = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(Number(port), hostname);
    keep(near);
    keep(far);
    near.pipe(far).on('close', () => near.destroy());
    far.pipe(near).on('close', () => far.destroy());
    near.on('data', (part) => asked.set(far, String(part).split('\r\n', 1)[0] ?? ''));
    far.on('close', () => asked.delete(far));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a cast: it listens on a port
    cut: () => {
      isCut = true;
      close();
    },
    mend: () => {
      isCut = false;
    },
    hold: (text) => {
      const held = [...asked].flatMap(([far, line]) => (line.includes(text) ? [far] : []));
      if (held.length === 0) throw new Error(`expected a connection on which ${text} was asked for`);
      for (const far of held) far.pause();
      return () => {
        for (const far of held) far.resume();
      };
    },
    [Symbol.asyncDispose]: async () => {
      close();
      server.close();
      await once(server, 'close');
    },
  };
}
