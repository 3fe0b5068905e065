import { type AddressInfo, connect } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';

export type Front = AsyncDisposable & { readonly url: string };

/** TLS before a server that has none. */
export async function tlsBefore(kit: { readonly url: string }, options: TlsOptions): Promise<Front> {
  const open = new Set<TLSSocket>();
  const front = createServer(options, (socket) => {
    open.add(socket);
    const behind = connect(Number(new URL(kit.url).port), '127.0.0.1');
    for (const end of [socket, behind]) end.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      behind.destroy();
    });
    behind.on('close', () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  });
  front.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = front.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}${new URL(kit.url).pathname}`,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => front.close(resolve));
    },
  };
}
