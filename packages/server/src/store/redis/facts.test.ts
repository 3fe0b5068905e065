import { describe, expect, it } from 'vitest';
import { newClient } from './client.ts';
import { type RedisFacts, requireFit } from './facts.ts';

const FIT: RedisFacts = {
  product: 'Redis',
  version: '7.0.15',
  evictionPolicy: 'noeviction',
  isReadOnly: false,
  isCluster: false,
  process: 'p',
  atMs: 0,
};

const found = (more: Partial<RedisFacts>) => () => requireFit({ ...FIT, ...more });

describe('a Redis on which limits are counted', () => {
  it.each<[version: string, product?: RedisFacts['product']]>([
    ['6.2.0'],
    ['7.0.15'],
    ['10.1'],
    ['8.1.1', 'Valkey'],
    ['1.0', 'Valkey'],
  ])('may be of version %s', (version, product = 'Redis') => {
    expect(found({ version, product })).not.toThrow();
  });

  it.each(['6.0.16', '5.0.14', '6.1.99'])('may not be of version %s', (version) => {
    expect(found({ version })).toThrow(`expected Redis 6.2 or newer, found ${version}`);
  });

  it('forgets nothing when its memory is full', () => {
    expect(found({ evictionPolicy: 'allkeys-lru' })).toThrow(
      'expected maxmemory-policy noeviction, found allkeys-lru: a counter that is evicted is a limit that is forgotten; run CONFIG SET maxmemory-policy noeviction',
    );
  });

  it('takes changes, and is whole', () => {
    expect(found({ isReadOnly: true, evictionPolicy: 'volatile-ttl' })).toThrow('only follows another one');
    expect(found({ isCluster: true })).toThrow('found a cluster');
  });
});

describe('the address of a Redis', () => {
  it.each(['redis://127.0.0.1', 'redis://:p%40ss@[::1]:6379/0', 'rediss://ada:p@redis.example.com:6380/15'])(
    'may be %s',
    async (url) => {
      await expect(newClient(url, 1)).resolves.toMatchObject({ isOpen: false });
    },
  );

  it.each([
    'a-secret',
    'http://u:a-secret@h',
    'redis:a-secret',
    'redis://:a-secret@h/name',
    'redis://:a-secret%@h',
    'unix://u:a-secret@/run/redis.sock',
    'rediss://:a-secret@',
  ])('may not be %s, and is not repeated', async (url) => {
    const refused = await newClient(url, 1).catch((error: Error) => error.message);
    expect(refused).toContain('expected the address of a Redis');
    expect(refused).not.toContain('a-secret');
  });
});
