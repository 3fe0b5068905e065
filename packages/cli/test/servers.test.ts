import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bootGateway } from '../../server/test/support/gateway.ts';
import { modernCall, post } from '../../server/test/support/rpc.ts';
import { boomgate } from './command.ts';

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
