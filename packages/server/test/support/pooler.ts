import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The kinds of messages of Postgres' protocol that matter here. */
const [QUERY, SYNC, READY, BYE, IDLE] = Buffer.from('QSZXI', 'latin1');

/**
 * A pooler before a Postgres that trusts who comes: all clients share one connection, which is a client's for the length of a
 * transaction. What was prepared on it stays, as with PgBouncer that keeps no prepared statements.
 */
export async function startPooler(to: number): Promise<AsyncDisposable & { readonly port: number }> {
  const shared = connect(to, '127.0.0.1');
  const greeting: Buffer[] = [];
  const { promise: greeted, resolve: isGreeted } = Promise.withResolvers<void>();
  let holder: Socket | undefined;
  let owed = 0;
  let waiting: { readonly client: Socket; readonly message: Buffer }[] = [];
  const send = (client: Socket, message: Buffer): void => {
    if (holder !== undefined && holder !== client) return void waiting.push({ client, message });
    holder = client;
    if (message[0] === QUERY || message[0] === SYNC) owed += 1;
    shared.write(message);
  };
  const answered = (message: Buffer): void => {
    if (holder === undefined) {
      greeting.push(message);
      if (message[0] === READY) isGreeted();
      return;
    }
    holder.write(message);
    if (message[0] !== READY) return;
    owed -= 1;
    if (owed > 0 || message[5] !== IDLE) return;
    holder = undefined;
    const next = waiting;
    waiting = [];
    for (const { client, message: held } of next) send(client, held);
  };
  shared.on('data', inMessages(answered));
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => undefined);
    client.once('data', (startup) => {
      if (clients.size === 1 && greeting.length === 0) shared.write(startup);
      client.on(
        'data',
        inMessages((message) => {
          if (message[0] !== BYE) send(client, message);
        }),
      );
      void greeted.then(() => client.write(Buffer.concat(greeting)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    // A listening TCP server has an address with a port.
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      shared.destroy();
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A kind, a length that counts itself, and the rest. */
function inMessages(found: (message: Buffer) => void): (bytes: Buffer) => void {
  let held = Buffer.alloc(0);
  return (bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= 5 && held.length > held.readUInt32BE(1)) {
      const end = held.readUInt32BE(1) + 1;
      found(held.subarray(0, end));
      held = held.subarray(end);
    }
  };
}
