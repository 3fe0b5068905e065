import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A line to a port of this machine that can be made slow or cut. */
export type Relay = AsyncDisposable & {
  readonly port: number;
  /** Where connections lead that are made from now on. */
  to: number;
  /** Milliseconds that everything takes from now on, each way. */
  delayMs: number;
  /** What passes of some bytes on their way to the port, or of an answer; all of them, until a test says otherwise. */
  passing: (bytes: Buffer, way: 'there' | 'back') => Buffer;
  /** How many ends of connections are open: two of each. */
  readonly openEnds: () => number;
  /** Ends all connections; new ones are taken. */
  readonly cut: () => void;
};

export async function startRelay(to: number): Promise<Relay> {
  const open = new Set<Socket>();
  const relay: Pick<Relay, 'delayMs' | 'passing' | 'to'> = { to, delayMs: 0, passing: (bytes) => bytes };
  const pass = (from: Socket, into: Socket, way: 'there' | 'back'): void => {
    open.add(from);
    from.on('data', (bytes) => {
      const passing = relay.passing(bytes, way);
      setTimeout(() => into.write(passing), relay.delayMs);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      open.delete(from);
      into.destroy();
    });
  };
  const server = createServer((socket) => {
    const other = connect(relay.to, '127.0.0.1');
    pass(socket, other, 'there');
    pass(other, socket, 'back');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return Object.assign(relay, {
    // A listening TCP server has an address with a port.
    port: (server.address() as AddressInfo).port,
    openEnds: () => open.size,
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
