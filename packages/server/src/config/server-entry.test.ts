import { describe, expect, it } from 'vitest';
import { fileSchema } from './file-schema.ts';
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

it('the headers of a server are those that the gateway does not send by itself', () => {
  const headers = { 'Content-Type': 'application/json', 'MCP-Protocol-Version': '2025-06-18', 'X-Key': 'k' };
  const { settings, problems } = read({ url: 'https://mcp.example', headers });
  expect(settings?.target).toMatchObject({ headers: { 'X-Key': 'k' } });
  expect(problems).toEqual([]);
});

describe('the bounds of a server', () => {
  const bounds = { memory_mib: 64, processes: 16, file_mib: 1, open_files: 32 };

  it('are those of its program', () => {
    const { settings, problems } = read({ command: 'c', bounds });
    expect(settings?.target).toEqual({ kind: 'stdio', command: 'c', args: [], env: {}, bounds });
    expect(problems).toEqual([]);
  });

  it('are an error for an address, which nothing here could hold to them', () => {
    const { settings, problems } = read({ url: 'https://mcp.example', bounds });
    expect(settings).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(/^bounds: expected "command"/)]);
  });

  it.each([
    ['memory_mib', 64, 1_048_576],
    ['processes', 16, 4_194_304],
    ['file_mib', 1, 1_048_576],
    ['open_files', 32, 1_048_576],
  ])('%s is %i to %i', (name, least, most) => {
    const isTaken = (bound: number): boolean =>
      fileSchema.safeParse({ mcpServers: { s: { command: 'c', bounds: { [name]: bound } } } }).success;
    expect([least - 1, least, most, most + 1].map(isTaken)).toEqual([false, true, true, false]);
  });

  it('have no other names', () => {
    const document = { mcpServers: { s: { command: 'c', bounds: { memory: 64 } } } };
    expect(fileSchema.safeParse(document).error?.message).toContain('memory');
  });
});
