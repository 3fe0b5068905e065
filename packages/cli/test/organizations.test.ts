import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startAuthorizationServer } from '../../server/test/support/authorization-server.ts';
import { connect } from '../../server/test/support/connecting.ts';
import { openEvents } from '../../server/test/support/events.ts';
import { ALLOW_ALL } from '../../server/test/support/gateway.ts';
import { bootOffice, expectOk, type Office, problemOf } from '../../server/test/support/people.ts';
import { until } from '../../server/test/support/programs.ts';
import { startProtectedServer } from '../../server/test/support/protected-server.ts';
import { modernCall, post } from '../../server/test/support/rpc.ts';
import { boomgate } from './command.ts';

const STALLING = fileURLToPath(new URL('../../server/test/support/stalling-server.ts', import.meta.url));
const PROGRAM = { command: process.execPath, args: [STALLING] };

const running = (pid: string | undefined): boolean => {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
};

async function boot(workers: number) {
  const office = await bootOffice(
    { apiCommands: 'all', ...(workers === 1 ? {} : { workers }) },
    { mcpServers: { s: PROGRAM }, policies: { all: ALLOW_ALL } },
  );
  const pid = async (server: string, token: string) => {
    const { result } = (await post(office.test.endpoint(server), token, modernCall('pid'))).body;
    return result?.content?.[0]?.text;
  };
  const env = { BOOMGATE_DATA: join(office.test.data, 'data') };
  const run = (...args: readonly string[]) => boomgate(['organizations', ...args], { env });
  return { office, pid, run };
}

/** An organisation with a program of its own that an agent uses. */
async function labsOf(office: Office) {
  const id = await office.elsewhere();
  const founder = await office.somebody('admin', id);
  const { client } = founder;
  expectOk(await client.servers.create({ body: { slug: 'theirs', ...PROGRAM } }));
  expectOk(await client.policies.create({ body: { name: 'all', document: ALLOW_ALL as never } }));
  const body = { name: 'theirs', server: 'theirs', policy: 'all' };
  const { token } = expectOk(await client.grants.mint({ body }));
  const made = await client.apiKeys.create({ body: { name: 'k', role: 'viewer', expiresInDays: 1 } });
  const key = office.visitor({ apiKey: expectOk(made).key }).client;
  return { id, client, token, key, email: founder.email };
}

describe.each([1, 2])('boomgate organizations remove (processes that answer agents: %i)', (workers) => {
  it('ends everything of it beside a running gateway, and nothing of another', async () => {
    const { office, pid, run } = await boot(workers);
    await using _ = office;
    const labs = await labsOf(office);
    const [ours, theirs] = [await pid('s', office.test.token), await pid('theirs', labs.token)];
    expect([running(ours), running(theirs)]).toEqual([true, true]);
    await using stream = await openEvents(`${office.test.endpoint('theirs')}sse`, { token: labs.token });
    expect(stream.isOver()).toBe(false);
    expectOk(await labs.key.servers.list());

    const removed = await run('remove', 'Elsewhere', '--confirm', 'Elsewhere');
    expect([removed.code, removed.stdout]).toEqual([0, '']);
    expect(removed.stderr).toContain('Elsewhere is gone');
    expect(removed.stderr).toContain(labs.email);
    expect(removed.stderr.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(problemOf(await labs.client.session.read())).toBe('unauthenticated');
    expect(problemOf(await labs.key.servers.list())).toBe('unauthenticated');
    await until(() => stream.isOver());
    const call = () => post(office.test.endpoint('theirs'), labs.token, modernCall('pid'));
    await until(async () => (await call()).status === 401);
    await until(() => !running(theirs));
    expect(await pid('s', office.test.token)).toBe(ours);
    expectOk(await office.admin.client.session.read());
    expect(JSON.parse((await run('list', '--json')).stdout)).toMatchObject([{ id: 'default', grants: 1 }]);
    const env = { BOOMGATE_DATA: join(office.test.data, 'data') };
    expect((await boomgate(['audit', 'verify'], { env })).code).toBe(0);
    await office.test.restart();
    expect([(await call()).status, (await pid('s', office.test.token)) !== undefined]).toEqual([401, true]);
  });

  it('ends the programs of one whose agents were stopped before', async () => {
    const { office, pid, run } = await boot(workers);
    await using _ = office;
    const labs = await labsOf(office);
    const theirs = await pid('theirs', labs.token);
    const read = await labs.client.settings.read();
    const ifMatch = (read.ok ? read.etag : undefined) ?? '';
    expectOk(await labs.client.settings.change({ body: { agentsStopped: true }, ifMatch }));
    expect(running(theirs)).toBe(true);
    expect((await run('remove', labs.id, '--confirm', 'Elsewhere')).code).toBe(0);
    await until(() => !running(theirs));
  });
});

it('boomgate organizations remove, and removing a server, tell authorization servers that tokens are not used any more', async () => {
  const { office, run } = await boot(1);
  await using _ = office;
  const id = await office.elsewhere();
  const founder = await office.somebody('admin', id);
  await using issuer = await startAuthorizationServer(Date.now);
  await using server = await startProtectedServer(issuer);
  for (const slug of ['one', 'other', 'unsaid']) {
    // Of the last the gateway knows by itself that it may, as it listens on loopback.
    const body = { slug, url: server.url, ...(slug === 'unsaid' ? {} : { allow_private: true }) };
    expectOk(await founder.client.servers.create({ body }));
    expect(await connect(founder, slug)).toContain('signIn=connected');
  }
  const read = await founder.client.servers.show({ params: { server: 'one' } });
  const ifMatch = (read.ok ? read.etag : undefined) ?? '';
  expect((await founder.client.servers.remove({ params: { server: 'one' }, ifMatch })).status).toBe(204);
  await until(() => issuer.to('/revoke').length === 1);
  const { code, stderr } = await run('remove', id, '--confirm', 'Elsewhere');
  expect(code).toBe(0);
  expect(issuer.to('/revoke')).toHaveLength(2);
  expect(stderr).toMatch(
    /The tokens for unsaid could not be revoked: .*\nThis command reaches .* private address only/,
  );
  expect(stderr).not.toContain('The tokens for other');
});

it('boomgate organizations remove removes nothing unless the name is repeated, and never the first', async () => {
  const { office, run } = await boot(1);
  await using _ = office;
  const id = await office.elsewhere();
  const alike = await office.elsewhere();
  const refused = async (...args: readonly string[]) => {
    const { code, stderr, stdout } = await run('remove', ...args);
    expect([code, stdout]).toEqual([2, '']);
    return stderr;
  };
  expect(await refused('nothing')).toContain('expected the name or id of an organisation, found "nothing"');
  expect(await refused('Elsewhere')).toContain(
    `one organisation, by its id, found "Elsewhere"; known: Elsewhere (${id})`,
  );
  expect(await refused(id)).toContain(
    'expected the name once more, on a terminal or in --confirm, found neither',
  );
  expect(await refused(id, '--confirm', id)).toContain('expected the name "Elsewhere" once more');
  expect(await refused(id, '--confirm', 'elsewhere')).toContain('found "elsewhere"');
  expect(await refused('Acme', '--confirm', 'Acme')).toContain('the first organisation stays');
  const table = (await run('list')).stdout.split('\n');
  expect(table[0]).toMatch(/^NAME +ID +MEMBERS +SERVERS +GRANTS$/);
  expect(table[1]).toMatch(/^Acme +default +\d+ +0 +1$/);
  expect(table.filter((line) => line.startsWith('Elsewhere'))).toHaveLength(2);
  const json = await run('remove', alike, '--confirm', 'Elsewhere', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    id: alike,
    removed: true,
    members: 1,
    servers: 0,
    grants: 0,
  });
});
