import { type AddressInfo, connect } from 'node:net';
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { redisFacts, redisFaults } from '../../src/store/index.ts';
import { makeAuthority } from '../support/certificates.ts';
import { freePort, until } from '../support/programs.ts';
import { type RedisServer, startRedis, startSentinel } from '../support/redis.ts';

const PASSWORD = 'a-secret-that-nobody-sees';

let server: RedisServer;
let url: string;

beforeAll(async () => {
  server = await startRedis();
  url = server.url;
});
afterAll(() => server[Symbol.asyncDispose]());
afterEach(() => server.letIn(undefined));

const withUser = (user: string) => url.replace('redis://', `redis://${user}@`);

/** Why there are no facts. */
async function refusal(of: string): Promise<string> {
  const error = await redisFacts(of).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'StoreError', code: 'unavailable' });
  const { message } = error as Error; // held to be one above
  expect(message).not.toMatch(/a-secret|127\.0|localhost|ada/);
  return message;
}

describe('a Redis', () => {
  it('says what it is, and by its own clock when', async () => {
    const facts = await redisFacts(url);
    expect(facts).toMatchObject({ evictionPolicy: 'noeviction', isReadOnly: false, isCluster: false });
    expect(`${facts.product} ${facts.version}`).toMatch(/^(?:Redis|Valkey) \d+\.\d+\.\d+$/);
    expect(Math.abs(facts.atMs - Date.now())).toBeLessThan(5_000);
    expect(redisFaults(facts)).toEqual([]);
  });

  it('says that it forgets when it is full, and that it follows another one', async () => {
    await using follower = await startRedis();
    await follower.ask('CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru');
    await follower.ask('REPLICAOF', '127.0.0.1', String(server.port));
    const facts = await redisFacts(follower.url);
    expect(facts).toMatchObject({ evictionPolicy: 'volatile-lru', isReadOnly: true });
    expect(redisFaults(facts).map(({ found }) => found)).toEqual([
      expect.stringContaining('is read-only'),
      expect.stringContaining('found volatile-lru'),
    ]);
  });

  it('is asked with the password of its address, and whoever has another one learns nothing', async () => {
    expect(await refusal(withUser(`:${PASSWORD}`))).toContain('has no password, but --redis names one');
    await server.letIn(PASSWORD);
    expect(await redisFacts(withUser(`:${PASSWORD}`))).toMatchObject({ isReadOnly: false });
    for (const wrong of [url, withUser(':another'), withUser(`ada:${PASSWORD}`)])
      expect(await refusal(wrong)).toBe('Redis refuses the user or the password: correct --redis');
  });

  it('needs to let its user ask', async () => {
    await server.ask('ACL', 'SETUSER', 'ada', 'on', `>${PASSWORD}`, '+@all', '-info');
    expect(await refusal(withUser(`ada:${PASSWORD}`))).toContain('give it more rights');
    // What hosted ones forbid is not needed.
    await server.ask('ACL', 'SETUSER', 'ada', '+info', '-config');
    expect(await redisFacts(withUser(`ada:${PASSWORD}`))).toMatchObject({ evictionPolicy: 'noeviction' });
    await server.ask('ACL', 'DELUSER', 'ada');
    expect(await refusal(`${url}/99`)).toContain('the number at the end of --redis');
  });

  it('is no Sentinel, which counts nothing', async () => {
    await using sentinel = await startSentinel();
    const said = await refusal(sentinel.url);
    expect(said).toContain('found a Sentinel');
    expect(said).toContain('an address that moves with it');
  });

  it('that is not there, or stands still, is not waited for', async () => {
    const nowhere = `redis://localhost:${await freePort()}`;
    expect(await refusal(nowhere)).toBe('Redis cannot be reached: ECONNREFUSED');
    server.signal('SIGSTOP');
    const late = 'Redis does not answer in time; try again';
    expect(await Promise.all([url, withUser(`:${PASSWORD}`)].map(refusal))).toEqual([late, late]);
    server.signal('SIGCONT');
    await until(() => server.ask('PING').then((answer) => answer === 'PONG'));
  });
});

describe('a Redis behind TLS', () => {
  it('is asked by rediss:// when its certificate is trusted', async () => {
    using authority = makeAuthority();
    const front = createServer(authority.issue('IP:127.0.0.1'), (socket) => {
      const inner = connect(server.port, '127.0.0.1');
      socket.pipe(inner).pipe(socket);
      for (const one of [socket, inner])
        one.on('error', () => [socket, inner].forEach((each) => void each.destroy()));
    });
    // A client that does not trust it hangs up in the middle.
    front.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const { port } = front.address() as AddressInfo; // it listens on a port
    const usual = getCACertificates('default');
    try {
      expect(await refusal(`rediss://127.0.0.1:${port}`)).toMatch(/CERT|SIGNATURE.*NODE_EXTRA_CA_CERTS/);
      expect(await refusal(`redis://127.0.0.1:${port}`)).toContain('begins with rediss://');
      setDefaultCACertificates([...usual, authority.ca]);
      expect(await redisFacts(`rediss://127.0.0.1:${port}`)).toMatchObject({ isReadOnly: false });
    } finally {
      setDefaultCACertificates(usual);
      front.close();
    }
  });
});
