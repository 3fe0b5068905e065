import { describe, expect, it, vi } from 'vitest';
import { guardedLookup } from './addresses.ts';
import { isDirect, throughProxy } from './forward-proxy.ts';

const PROXY = 'http://proxy.example.com:3128';

describe('a host that is reached without the proxy', () => {
  const except = ['*.corp.example', 'mcp.Example.com', '10.0.0.0/8', '192.0.2.7', '2001:db8::/32'];

  it.each([
    'localhost',
    'api.localhost',
    '127.8.9.10',
    '[::1]',
    'a.corp.example',
    'a.b.corp.example',
    'mcp.example.com',
    'mcp.example.com.',
    '10.255.0.1',
    '192.0.2.7',
    '[2001:db8:1::2]',
  ])('%s', (host) => expect(isDirect({ url: PROXY, except }, host)).toBe(true));

  it.each([
    'corp.example',
    'xcorp.example',
    'a.mcp.example.com',
    'localhost.example.com',
    '11.0.0.1',
    '192.0.2.8',
    '[2001:db9::1]',
  ])('is not %s', (host) => expect(isDirect({ url: PROXY, except }, host)).toBe(false));
});

describe('the way through a proxy', () => {
  /** To a proxy that is not there, so that who is told of it has passed the look at the name. */
  const connect = (resolve: Parameters<typeof guardedLookup>[1]) =>
    new Promise<Error | null>((resolved) => {
      const way = throughProxy({
        proxy: { url: 'http://127.0.0.1:1', except: [] },
        lookup: guardedLookup(false, resolve),
        connect: () => resolved(null),
        connectMs: 1_000,
      });
      // A cast: the connector asks for more than a connection needs.
      const request = { hostname: 'mcp.example.com', protocol: 'https:', port: '' } as Parameters<
        typeof way
      >[0];
      way(request, (...[error]) => resolved(error));
    });
  type Resolve = NonNullable<Parameters<typeof guardedLookup>[1]>;

  it('is closed to a name that this machine knows to be at a private address', async () => {
    const inside = ((_host: string, _options: object, told: (error: null, found: object[]) => void) =>
      told(null, [{ address: '10.0.0.9', family: 4 }])) as unknown as Resolve; // a cast: one form of several
    expect((await connect(inside))?.message).toContain('mcp.example.com resolves to 10.0.0.9');
  });

  it('is open to a name that this machine does not know, or for which it has nobody to ask', async () => {
    const unknown = ((_host: string, _options: object, told: (error: Error) => void) =>
      told(new Error('ENOTFOUND'))) as unknown as Resolve; // a cast, likewise
    expect((await connect(unknown))?.message).toContain('the proxy 127.0.0.1:1 cannot be reached');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const silent = (() => undefined) as unknown as Resolve; // a cast, likewise
    const asked = connect(silent);
    vi.advanceTimersByTime(1_000);
    vi.useRealTimers();
    expect((await asked)?.message).toContain('the proxy 127.0.0.1:1 cannot be reached');
  });
});
