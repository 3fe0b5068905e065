import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { storedServer } from '../../server/src/store/conformance/servers.ts';
import { bootGateway } from '../../server/test/support/gateway.ts';
import { modernCall, post } from '../../server/test/support/rpc.ts';
import { boomgate, temporaryFolder } from './command.ts';

const STALLING = fileURLToPath(new URL('../../server/test/support/stalling-server.ts', import.meta.url));

it('boomgate servers restart has a running gateway start a program anew', async () => {
  await using test = await bootGateway({
    mcpServers: { s: { command: process.execPath, args: [STALLING] } },
  });
  const run = (...args: readonly string[]) =>
    boomgate(['servers', ...args], { env: { BOOMGATE_DATA: join(test.data, 'data') } });
  const pid = async () => {
    const { result } = (await post(test.endpoint('s'), test.token, modernCall('pid'))).body;
    return result?.content?.[0]?.text;
  };
  const before = await pid();
  expect(before).toMatch(/^\d+$/);
  expect(await run('restart', 's')).toEqual({
    code: 0,
    stdout: '',
    stderr: 's starts anew with its next request, where a gateway is running\n',
  });
  await expect.poll(pid).not.toBe(before);
  const [row] = await test.gateway.store.audit.query({ action: 'server.restarted', limit: 9 });
  expect(row).toMatchObject({ actor: { kind: 'cli' }, target: { kind: 'server', name: 's' } });

  const unknown = await run('restart', 'x');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('expected the name of a server, found "x"; known: s');
});

it('boomgate servers list has those of the file and those of the API, with their tools and grants', async () => {
  await using folder = await temporaryFolder();
  await using test = await bootGateway({
    mcpServers: { s: { command: process.execPath, args: [STALLING] } },
  });
  const { store } = test.gateway;
  const title = 'What is kept, and for how long it is kept by us all';
  await storedServer(store, { slug: 'kept', entry: { url: 'https://kept.example', title } });
  await post(test.endpoint('s'), test.token, modernCall('pid'));
  const env = { BOOMGATE_DATA: join(test.data, 'data') };
  const run = (...args: readonly string[]) =>
    boomgate(['servers', 'list', ...args], { env, cwd: folder.path });
  const unread = await run();
  expect(unread.stderr).toContain('No configuration file was read');
  expect(unread.stdout).toMatch(/^SERVER +TITLE +FROM +TOOLS +GRANTS\nkept +What .* api +0 +0\ns +\d/);
  const listed = await run('--config', test.configFile, '--json');
  expect([listed.code, listed.stderr]).toEqual([0, '']);
  expect(JSON.parse(listed.stdout)).toEqual([
    { name: 'kept', title, from: 'api', tools: 0, held: 0, grants: 0 },
    { name: 's', from: 'file', tools: expect.any(Number), held: 0, grants: 1 },
  ]);
  const titled = await run('--config', test.configFile);
  const [head, kept] = titled.stdout.split('\n');
  expect(head).toMatch(/^SERVER +TITLE +FROM +TOOLS +GRANTS$/);
  expect(kept).toMatch(/^kept +What is kept, and for how long it is kept by us all +api +0 +0$/);
  expect(titled.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  await writeFile(join(folder.path, 'boomgate.config.json'), '{\n"approvals": { "hold": 1 }}');
  const broken = await run();
  expect([broken.code, broken.stdout]).toEqual([2, unread.stdout]);
  expect(broken.stderr).toContain(
    'boomgate.config.json:2:24: approvals: expected no other keys than hold_ms',
  );
  expect(broken.stderr).toContain('What the file declares is not known');
});
