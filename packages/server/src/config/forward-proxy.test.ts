import { describe, expect, it } from 'vitest';
import { readForwardProxy } from './forward-proxy.ts';

describe('BOOMGATE_PROXY', () => {
  it('is the address of a proxy, with the exceptions from it', () => {
    const environment = {
      BOOMGATE_PROXY: ' http://user:p%40ss@proxy.example.com:3128 ',
      BOOMGATE_NO_PROXY: '.corp.example, *.dev.example,mcp-1.example,10.0.0.0/8,2001:db8::/32,::1,',
    };
    const except = ['*.corp.example', '*.dev.example', 'mcp-1.example', '10.0.0.0/8', '2001:db8::/32', '::1'];
    const url = 'http://user:p%40ss@proxy.example.com:3128/';
    expect(readForwardProxy(environment)).toEqual({ proxy: { url, except } });
  });

  it('is none where it is empty, whatever other programs are told', () => {
    const environment = { BOOMGATE_PROXY: '', HTTPS_PROXY: 'http://proxy', BOOMGATE_NO_PROXY: 'a b' };
    expect(readForwardProxy(environment)).toEqual({ proxy: undefined });
  });

  it.each([
    'proxy.example.com:3128',
    'socks5://user:secret@proxy',
    'http://proxy/path',
    'http://proxy/?q=secret',
    'http://me:100%secret@proxy',
  ])('is refused as %s, which is not repeated', (BOOMGATE_PROXY) => {
    const read = readForwardProxy({ BOOMGATE_PROXY });
    expect(read).toEqual({
      problem: expect.stringMatching(/^BOOMGATE_PROXY: expected the address of a proxy/),
    });
    expect(JSON.stringify(read)).not.toContain('secret');
  });

  it.each(['a b', 'http://a', '10.0.0.0/33', '10.0.0.0/8/8', '2001:db8::/129', 'a*.example', '*', 'a/8'])(
    'has no exception %s',
    (entry) => {
      const environment = { BOOMGATE_PROXY: 'http://proxy', BOOMGATE_NO_PROXY: `ok.example,${entry}` };
      expect(readForwardProxy(environment)).toEqual({
        problem: expect.stringContaining(`found ${JSON.stringify(entry)}`),
      });
    },
  );
});
