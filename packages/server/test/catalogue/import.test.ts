import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { RECORD_BYTES } from '../../src/catalogue/bounds.ts';
import { FIXTURES, importLines, type Opened, openEmpty } from './support.ts';

const page = (name: string) => readFile(join(FIXTURES, `by-hand-${name}.json`), 'utf8');
const slugs = async ({ catalogue }: Opened, words: string) =>
  (await catalogue.search({ words })).servers.map(({ slug }) => slug);

async function importText(opened: Opened, name: string, content: string | Buffer) {
  const file = join(opened.folder, name);
  await writeFile(file, content);
  return opened.catalogue.importFile(file);
}

describe('a file', () => {
  it('may be a page of a registry, whose servers have no known tools and no grade', async () => {
    await using opened = await openEmpty();
    const imported = await opened.catalogue.importFile(join(FIXTURES, 'by-hand-page-1.json'));
    expect(imported).toEqual({
      servers: 2,
      tools: 0,
      skipped: 1,
      refused: 0,
      refusals: [],
      isComplete: true,
    });
    const server = await opened.catalogue.server('com.example/lighthouse');
    expect(server).toMatchObject({
      name: 'Lighthouse',
      version: '2.0.1',
      package: '@example/lighthouse-mcp',
      scanned: '2026-03-05',
      source: 'registry',
      isScanned: false,
      tools: [],
    });
    const { servers } = await opened.catalogue.search({ words: 'lighthouse weather' });
    expect(servers).toEqual([expect.not.objectContaining({ grade: expect.anything() })]);
    expect(await opened.catalogue.size()).toMatchObject({ servers: 2, tools: 0, unscanned: 2 });
  });

  it('may be lines, an array, or either compressed', async () => {
    await using opened = await openEmpty();
    const all = [...JSON.parse(await page('page-1')).servers, ...JSON.parse(await page('page-2')).servers];
    const lines = all.map((one) => JSON.stringify(one)).join('\r\n\n');
    const contents = [lines, JSON.stringify(all, null, 2), JSON.stringify(all)];
    for (const content of [...contents, ...contents.map((one) => gzipSync(one))])
      expect(await importText(opened, 'dump', content)).toMatchObject({
        servers: 3,
        skipped: 2,
        refused: 0,
        isComplete: true,
      });
    expect(await slugs(opened, 'tide')).toEqual(['io.github.ada/tides', 'io.github.ada/harbour']);
  });

  it('with bad records gives the others, and says where the bad ones are', async () => {
    await using opened = await openEmpty();
    const lines = ['{"name":', '{"name":"a/b","name":"c/d"}', '{"name":"good/one"}', 'x'.repeat(40), '[]'];
    const imported = await importText(opened, 'bad', ['{"name":"first/one"}', ...lines].join('\n'));
    expect(imported).toMatchObject({ servers: 2, refused: 3 });
    expect(imported.refusals.map(({ at }) => at)).toEqual(['line 2', 'line 3', 'line 5']);
  });

  it('with hostile texts keeps them as texts', async () => {
    await using opened = await openEmpty();
    const imported = await opened.catalogue.importFile(join(FIXTURES, 'by-hand-bad-page.json'));
    expect(imported).toMatchObject({ servers: 2, refused: 4 });
    expect(await slugs(opened, 'ignore previous script')).toEqual(['com.example/hostile']);
    expect(await opened.catalogue.server('com.example/odd')).toMatchObject({ isScanned: false });
  });

  it('with a line that is too long refuses that line', async () => {
    await using opened = await openEmpty();
    const long = `{"name":"long/one","description":"${'x'.repeat(RECORD_BYTES)}"}`;
    const imported = await importText(opened, 'long', `{"name":"a/a"}\n${long}\n{"name":"b/b"}`);
    expect(imported).toMatchObject({ servers: 2, refused: 1 });
  });

  it('that cannot be read is refused', async () => {
    await using opened = await openEmpty();
    const broken = Buffer.concat([gzipSync('[]').subarray(0, 12), Buffer.from('x')]);
    for (const content of ['hello\nworld', broken])
      await expect(importText(opened, 'file', content)).rejects.toMatchObject({
        code: 'unreadable',
        message: expect.stringMatching(/file: (?:expected JSON|cannot be read): /),
      });
    await expect(opened.catalogue.importFile('/nonexistent')).rejects.toMatchObject({
      code: 'unreadable',
      message: '/nonexistent: cannot be read: there is no such file',
    });
  });
});

describe('what is known of a server', () => {
  const scanned = (scannedAt: string, ...names: string[]) => ({
    slug: 'lighthouse',
    name: 'Lighthouse',
    package: '@example/lighthouse-mcp',
    scanned: scannedAt,
    tools: names.map((name) => ({ name })),
  });

  it('is replaced with its tools by a later look, and by no earlier one', async () => {
    await using opened = await openEmpty();
    await importLines(opened, [scanned('2026-05-01', 'get_light', 'delete_light')]);
    await importLines(opened, [scanned('2026-06-01', 'get_light'), scanned('2026-04-01', 'old_light')]);
    const found = (await opened.catalogue.search({ words: 'light' })).tools.map(({ name }) => name);
    expect(found).toEqual(['get_light']);
    expect(await opened.catalogue.size()).toMatchObject({ servers: 1, tools: 1 });
  });

  it('is not replaced by a registry that only names it, which it replaces', async () => {
    await using opened = await openEmpty();
    await opened.catalogue.importFile(join(FIXTURES, 'by-hand-page-1.json'));
    await importLines(opened, [scanned('2026-05-01', 'get_light')]);
    expect(await opened.catalogue.server('com.example/lighthouse')).toBeUndefined();
    await opened.catalogue.importFile(join(FIXTURES, 'by-hand-page-1.json'));
    expect(await opened.catalogue.size()).toMatchObject({ servers: 2, unscanned: 1 });
  });

  it('stays as the own gateway and scans saw it', async () => {
    await using opened = await openEmpty();
    await opened.catalogue.put(scanned('2026-01-01', 'own_tool'), 'gateway');
    await importLines(opened, [scanned('2026-06-01', 'other_tool')]);
    const server = await opened.catalogue.server('lighthouse');
    expect(server?.tools.map(({ definition }) => definition.name)).toEqual(['own_tool']);
  });
});

describe('a registry', () => {
  it('is read page after page, and after a failure from the page that failed', async () => {
    await using opened = await openEmpty();
    const asked: string[] = [];
    let isDown = true;
    await using registry = await serve(async (path) => {
      asked.push(path);
      if (!path.includes('cursor=')) return page('page-1');
      return isDown ? undefined : page('page-2');
    });
    const importIt = () => opened.catalogue.importRegistry(registry.url, { allowPrivate: true });
    expect(await importIt()).toMatchObject({
      servers: 2,
      isComplete: false,
      stoppedBy: 'page 2: expected HTTP 200, found 503',
    });
    isDown = false;
    expect(await importIt()).toMatchObject({ servers: 1, skipped: 1, isComplete: true });
    const second = '/v0.1/servers?limit=100&cursor=io.github.ada%2Fharbour%3A0.4.0';
    expect(asked).toEqual(['/v0.1/servers?limit=100', second, second]);
    // The whole of it was read, so that the next import begins at the first page.
    await importIt();
    expect(asked.at(-2)).toBe('/v0.1/servers?limit=100');
    expect(await opened.catalogue.size()).toMatchObject({ servers: 3 });
  });

  it('that answers with something else ends the import and leaves what is there', async () => {
    await using opened = await openEmpty();
    let answer = '';
    await using registry = await serve(async () => answer);
    const others = [
      ['<html>', /page 1: expected JSON/],
      ['{"tools":[]}', /page 1: expected a page of a registry/],
      ['{"servers":[{"name":"a/b"}],"metadata":{"nextCursor":7}}', /"nextCursor"/],
    ] as const;
    for (const [other, why] of others) {
      answer = other;
      const imported = await opened.catalogue.importRegistry(registry.url, { allowPrivate: true });
      expect(imported).toMatchObject({ servers: 0, isComplete: false });
      expect(imported.stoppedBy).toMatch(why);
    }
  });

  it('at a private address is asked only where that is allowed', async () => {
    await using opened = await openEmpty();
    await using registry = await serve(async () => page('page-2'));
    await expect(opened.catalogue.importRegistry(registry.url)).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringMatching(/private or special address/),
    });
    await expect(opened.catalogue.importRegistry('file:///etc/passwd')).rejects.toThrow(/http/);
  });
});

async function serve(answer: (path: string) => Promise<string | undefined>) {
  const server = createServer((request, response) => {
    void answer(request.url ?? '').then((text) => {
      response.writeHead(text === undefined ? 503 : 200, { 'content-type': 'application/json' });
      response.end(text ?? 'down');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Listening on a port, so that the address is one of the network.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
