import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { readHeaders } from './request-headers.ts';

const read = (...rawHeaders: readonly string[]) => readHeaders({ rawHeaders } as unknown as IncomingMessage); // a cast: nothing else is read

describe('the headers of a request', () => {
  it('are known in every spelling, the usual and the odd', () => {
    for (const name of ['mcp-protocol-version', 'MCP-Protocol-Version', 'mCP-pRotocol-Version'])
      expect(read(name, 'x')).toMatchObject({ 'mcp-protocol-version': 'x' });
  });

  it('may not come twice, however they are spelled', () => {
    expect(read('Authorization', 'a', 'aUTHORIZATION', 'b')).toEqual({ repeated: 'authorization' });
    expect(read('mcp-param-X', 'a', 'Mcp-Param-x', 'b')).toEqual({ repeated: 'mcp-param-x' });
    expect(read('Accept', 'a', 'ACCEPT', 'b')).toMatchObject({ accept: 'a, b' });
  });

  it('are no others', () => {
    const found = read('Cookie', 'a', 'Mcp-Param-Region', 'eu', 'constructor', 'b');
    expect(found).toEqual({ mirrored: new Map([['mcp-param-region', 'eu']]) });
  });
});
