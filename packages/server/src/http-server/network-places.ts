import type { Server, Socket } from 'node:net';
import { addressKey } from '../identity/index.ts';

/**
 * Closes connections beyond the number that one network may have, as soon as they are accepted. What comes from another process of the
 * gateway has no address, and is not counted.
 */
export function limitNetworks(server: Server, most: number): void {
  const open = new Map<string, number>();
  server.on('connection', (connection: Socket) => {
    const { remoteAddress } = connection;
    if (remoteAddress === undefined) return;
    const network = addressKey(remoteAddress);
    const held = open.get(network) ?? 0;
    if (held >= most) {
      connection.destroy();
      return;
    }
    open.set(network, held + 1);
    connection.once('close', () => {
      const left = (open.get(network) ?? 1) - 1;
      if (left === 0) open.delete(network);
      else open.set(network, left);
    });
  });
}
