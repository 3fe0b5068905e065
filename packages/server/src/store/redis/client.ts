import { LATE, RedisError } from './errors.ts';

export type Client = Awaited<ReturnType<typeof newClient>>;

/** Sends one command. Rejects with `StoreError`. */
export type Ask = (command: readonly string[]) => Promise<unknown>;

const MISSING =
  '--redis asks for a client of Redis, and its package is not installed: npm install @redis/client';
const NO_ADDRESS =
  'expected the address of a Redis such as redis://:PASSWORD@redis.example.com:6379 or rediss://…, with what is special in the password percent-encoded, found something else (it is not repeated, as it may hold a password)';

/**
 * One that is not connected yet, and does not connect a second time. Its package is installed by those who have a Redis. Rejects with
 * `StoreError` when it is not, and for what is no address.
 */
export async function newClient(url: string, timeoutMs: number) {
  const { createClient } = await import('@redis/client').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ERR_MODULE_NOT_FOUND' ? new RedisError(MISSING, { cause: error }) : error;
  });
  if (!isAddress(url)) throw new RedisError(NO_ADDRESS);
  return createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    socket: { connectTimeout: timeoutMs, reconnectStrategy: false },
  });
}

/**
 * What is done first on a connection, in so many milliseconds: the client bounds that of the network alone, and would wait for ever
 * where Redis stands still, or its machine is gone. Rejects when it is late; the client is at its end then.
 */
export async function inTime<Result>(
  client: Client,
  ms: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const { promise: isLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    destroy(client);
    reject(new RedisError(LATE));
  }, ms);
  try {
    return await Promise.race([work(), isLate]);
  } finally {
    clearTimeout(timer);
  }
}

export function destroy(client: Client): void {
  if (client.isOpen) client.destroy();
}

/** All that the client would refuse, or take for another machine. */
function isAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname, password, pathname, protocol, username } = new URL(url);
  if (!/^rediss?:$/.test(protocol) || hostname === '' || !/^(?:\/\d{0,5})?$/.test(pathname)) return false;
  try {
    return decodeURIComponent(username + password) !== undefined;
  } catch {
    return false;
  }
}
