import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { addressKey } from '../identity/index.ts';

/** The connections of one network; those that wait for their next request, the one that waits longest first. */
type Network = { open: number; readonly idle: Set<Socket> };
type Place = { readonly network: Network; asked: number };

/**
 * Beyond the number of connections that one network may have, the one of them that waits longest for its next request is closed for a new
 * one, and where none waits the new one is, as soon as it is accepted. What comes from another process of the gateway has no address, and is
 * not counted.
 */
export function limitNetworks(server: Server, most: number): void {
  const networks = new Map<string, Network>();
  const places = new WeakMap<Socket, Place>();
  server.on('connection', (connection: Socket) => {
    const { remoteAddress } = connection;
    if (remoteAddress === undefined) return;
    const key = addressKey(remoteAddress);
    const network = networks.get(key) ?? { open: 0, idle: new Set() };
    if (network.open >= most && !makePlace(network)) {
      connection.destroy();
      return;
    }
    networks.set(key, network);
    network.open += 1;
    places.set(connection, { network, asked: 0 });
    connection.once('close', () => {
      network.idle.delete(connection);
      network.open -= 1;
      if (network.open === 0) networks.delete(key);
    });
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const place = places.get(socket);
    if (place === undefined) return;
    place.asked += 1;
    place.network.idle.delete(socket);
    response.once('close', () => {
      place.asked -= 1;
      if (place.asked === 0 && !socket.destroyed) place.network.idle.add(socket);
    });
  });
}

function makePlace({ idle }: Network): boolean {
  const [longest] = idle;
  if (longest === undefined) return false;
  idle.delete(longest);
  longest.destroy();
  return true;
}
