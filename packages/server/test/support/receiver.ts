import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A receiver of webhooks that keeps what it is told, and answers as it is set. */
export type Receiver = AsyncDisposable & {
  readonly url: string;
  readonly told: readonly { readonly headers: IncomingHttpHeaders; readonly body: string }[];
  status: number;
};

export async function openReceiver(): Promise<Receiver> {
  const told: Receiver['told'][number][] = [];
  let status = 204;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer); // a cast: a request without an encoding gives these
    told.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/services/only-who-writes-knows`,
    told,
    get status() {
      return status;
    },
    set status(code) {
      status = code;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
