import { describe, expect, it } from 'vitest';
import { serverSettings } from './server-entry.ts';

function read(entry: Parameters<typeof serverSettings>[0]) {
  const problems: string[] = [];
  const settings = serverSettings(entry, {
    slug: 's',
    environment: {},
    allowPrivate: false,
    report: (key, message) => problems.push(`${key}: ${message}`),
  });
  return { settings, problems };
}

describe('the type of a server', () => {
  const url = 'https://mcp.example/sse';

  it.each([
    ['sse', 'sse'],
    ['http', 'http'],
    ['streamable-http', 'http'],
    ['streamableHttp', 'http'],
    ['constructor', undefined],
    [undefined, undefined],
  ])('%s selects the transport %s', (type, transport) => {
    const { settings, problems } = read(type === undefined ? { url } : { url, type });
    const target = settings?.target;
    expect(target?.kind === 'http' && target.transport).toBe(transport);
    expect(problems).toEqual([]);
  });

  it('cannot be that of an old revision for a modern server', () => {
    const { settings, problems } = read({ url, type: 'sse', era: 'modern' });
    expect(settings).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining('era: expected "legacy" or "auto"')]);
  });
});
