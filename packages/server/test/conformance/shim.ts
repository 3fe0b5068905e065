import { createServer, request as startRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Adds the grant to every request on its way to the gateway: the suite has no option for headers. Everything else
 * passes as it is, `Host` and the case of names included, because scenarios look at them.
 */
export async function startShim(gateway: string, token: string): Promise<AsyncDisposable & { url: string }> {
  const { hostname, port } = new URL(gateway);
  const server = createServer((request, response) => {
    const { method, url, rawHeaders } = request;
    const headers = [...rawHeaders, 'Authorization', `Bearer ${token}`];
    const onward = startRequest({ hostname, port, method, path: url, headers, setHost: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      // An event stream must be seen to be open before its first event.
      response.flushHeaders();
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  // The scenario of DNS rebinding runs against loopback hosts only.
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://localhost:${address.port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
