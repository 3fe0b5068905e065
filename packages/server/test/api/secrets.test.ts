import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { rotateKeys, systemClock, writeBackup } from '../../src/index.ts';
import { bootOffice, expectOk, PASSWORD } from '../support/people.ts';
import { modernCall, post } from '../support/rpc.ts';
import { answer, startStub } from '../support/stub.ts';

const secret = (what: string) => `canary-${what}-${randomBytes(12).toString('hex')}`;
const SEEDED = {
  header: secret('header'),
  newHeader: secret('new-header'),
  query: secret('query'),
  variable: secret('variable'),
  newVariable: secret('new-variable'),
  refused: secret('refused'),
};

/** Says back all that it was sent, as careless servers do in their errors. */
const startEchoing = () =>
  startStub({
    era: 'modern',
    tools: [{ name: 'work' }],
    onCall({ headers, message }, response) {
      const error = { code: -32000, message: `refused: ${JSON.stringify(headers)}` };
      answer(response, { jsonrpc: '2.0', id: message.id, error });
      return true;
    },
  });

/** Refuses even to be spoken with, and repeats what it was sent. */
async function startRefusing() {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', () => {
      const id = /"id":(\w+)/.exec(text)?.[1] ?? 'null';
      const error = { code: -32000, message: `refused ${request.url}: ${request.headers.authorization}` };
      response.setHeader('content-type', 'application/json');
      response.end(`{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify(error)}}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

it('seeded secrets stay where they belong', async () => {
  await using stub = await startEchoing();
  await using refusing = await startRefusing();
  await using office = await bootOffice();
  const { client } = office.admin;
  const heard: unknown[] = [];
  const keep = <Answer>(given: Answer): Answer => {
    heard.push(given);
    return given;
  };
  const program = {
    command: process.execPath,
    args: [fileURLToPath(new URL('../support/environment-server.ts', import.meta.url))],
  };
  const headers = { authorization: `Bearer ${SEEDED.header}` };
  for (const body of [
    { slug: 'web', url: `${stub.url}?key=${SEEDED.query}`, headers },
    // Nothing listens on port 1, and this header cannot be set.
    { slug: 'down', url: `http://127.0.0.1:1/?key=${SEEDED.query}`, headers },
    { slug: 'sour', url: `${refusing.url}?key=${SEEDED.query}`, headers },
    { slug: 'unset', url: stub.url, headers: { 'mcp-session-id': SEEDED.header } },
    { slug: 'program', ...program, env: { TOKEN: SEEDED.variable } },
    { slug: 'beside', ...program },
    { slug: 'refused', url: `http://user:${SEEDED.refused}@x/`, headers: { a: `\${env:${SEEDED.refused}}` } },
  ])
    keep(await client.servers.create({ body }));
  const change = async (server: string, body: object) => {
    const shown = keep(await client.servers.show({ params: { server } }));
    const ifMatch = (shown.ok ? shown.etag : undefined) ?? '';
    keep(await client.servers.credentials({ params: { server }, ifMatch, body }));
    keep(await client.servers.update({ params: { server }, ifMatch, body: { url: SEEDED.refused } }));
  };
  const probeAll = async () => {
    for (const server of ['web', 'down', 'sour', 'unset', 'program', 'beside'])
      keep(await client.servers.probe({ params: { server } }));
  };
  await probeAll();
  await change('web', { headers: { authorization: `Bearer ${SEEDED.newHeader}` } });
  await change('program', { env: { TOKEN: SEEDED.newVariable } });
  await probeAll();
  const mint = async (server: string) =>
    expectOk(await client.grants.mint({ body: { name: server, server, policy: 'all' } })).token;
  const tokens = { web: await mint('web'), beside: await mint('beside'), program: await mint('program') };
  await post(office.test.endpoint('web'), tokens.web, modernCall('work'));
  expect(stub.calls().at(-1)?.headers.authorization).toBe(`Bearer ${SEEDED.newHeader}`);
  const environments = {
    beside: await post(office.test.endpoint('beside'), tokens.beside, modernCall('environment')),
    program: await post(office.test.endpoint('program'), tokens.program, modernCall('environment')),
  };
  const { key } = expectOk(
    await client.apiKeys.create({ body: { name: 'script', role: 'admin', expiresInDays: 1 } }),
  );
  const script = office.visitor({ apiKey: key });
  for (const path of ['/api/v1/servers', '/api/v1/servers/web', '/api/v1/audit', '/api/v1/decisions'])
    heard.push(await script.send(path, { headers: { authorization: `Bearer ${key}` } }));
  await rotateKeys({ directory: join(office.test.data, 'data'), clock: systemClock(), by: BY });
  heard.push(keep(await client.servers.list()), keep(await client.audit.list()));
  await probeAll();

  const code = office.gateway.setup?.code ?? '';
  const everything = { ...SEEDED, ...tokens, key, code, password: PASSWORD };
  const found = (text: string) => Object.entries(everything).filter(([, one]) => text.includes(one));
  // What one program was given it has; the one beside it has nothing of that.
  expect(environments.program.text).toContain(SEEDED.newVariable);
  expect(found(environments.beside.text)).toEqual([]);
  expect(found(JSON.stringify(heard))).toEqual([]);
  const lines = JSON.stringify(office.test.lines);
  expect(lines).toContain('started with');
  expect(found(lines)).toEqual([]);
  await office.gateway.store.journal.flush();
  const folder = join(office.test.data, 'data');
  const file = join(office.test.data, 'file.backup');
  await writeBackup({
    directory: folder,
    file,
    passphrase: 'a passphrase of a test',
    version: '1',
    clock: systemClock(),
  });
  const files = (await readdir(folder)).map((name) => join(folder, name));
  expect(files.map((path) => path.slice(folder.length + 1))).toEqual(
    expect.arrayContaining(['boomgate.db', 'boomgate.db-shm', 'boomgate.db-wal', 'keys.json']),
  );
  for (const path of [...files, file])
    expect([path, found(await readFile(path, 'latin1'))]).toEqual([path, []]);
});

const BY = { kind: 'system', id: 'test', name: 'test', via: 'gateway', address: '' } as const;
