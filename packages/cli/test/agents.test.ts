import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ALLOW_ALL } from '../../server/test/support/gateway.ts';
import { bootOffice, expectOk } from '../../server/test/support/people.ts';
import { modernCall, post } from '../../server/test/support/rpc.ts';
import { startStub } from '../../server/test/support/stub.ts';
import { boomgate, temporaryFolder } from './command.ts';

it.each([1, 2])(
  'boomgate agents stops all agents of a running gateway of %i workers, and lets them in again',
  async (workers) => {
    await using stub = await startStub({ era: 'modern', tools: [{ name: 'pay' }] });
    await using office = await bootOffice(workers === 1 ? {} : { workers }, {
      mcpServers: { s: { url: stub.url } },
      policies: { all: ALLOW_ALL },
    });
    const { client } = office.admin;
    const { token } = expectOk(
      await client.grants.mint({ body: { name: 'laptop', server: 's', policy: 'all' } }),
    );
    const status = async () => (await post(office.test.endpoint('s'), token, modernCall('pay'))).status;
    const run = (...args: readonly string[]) =>
      boomgate(['agents', ...args], { env: { BOOMGATE_DATA: join(office.test.data, 'data') } });
    expect(await status()).toBe(200);

    const stopped = await run('stop');
    expect([stopped.code, stopped.stdout]).toEqual([0, '']);
    expect(stopped.stderr).toContain('refused as if they had no grant, until "boomgate agents resume"');
    await expect.poll(status).toBe(401);
    expect(expectOk(await client.settings.read())).toMatchObject({ agentsStopped: true });
    expect(JSON.parse((await run('show', '--json')).stdout)).toEqual({ agentsStopped: true });
    const env = { BOOMGATE_DATA: join(office.test.data, 'data') };
    const doctor = await boomgate(['doctor', '--no-probe', '--json'], { env });
    expect(JSON.parse(doctor.stdout).checks).toContainEqual(
      expect.objectContaining({
        check: 'agents',
        state: 'note',
        found: expect.stringMatching(/^all agents of .+ are stopped/),
      }),
    );
    expect((await boomgate(['grant', 'list'], { env })).stderr).toContain('all agents are stopped');

    expect((await run('resume')).stderr).toContain('call as their grants allow');
    await expect.poll(status).toBe(200);
    const rows = await office.gateway.store.audit.query({ action: 'settings.changed', limit: 9 });
    expect(rows).toMatchObject([
      { actor: { kind: 'cli' }, before: { agentsStopped: false }, after: { agentsStopped: true } },
      { actor: { kind: 'cli' }, before: { agentsStopped: true }, after: { agentsStopped: false } },
    ]);
  },
);

it('boomgate agents says what else there is where nobody has set the gateway up', async () => {
  const data = await mkdtemp(join(tmpdir(), 'boomgate-agents-'));
  const env = { BOOMGATE_DATA: data };
  await boomgate(['grant', 'mint', 'laptop', '--server', 's', '--policy', 'p'], { env });
  const { code, stderr } = await boomgate(['agents', 'stop'], { env });
  expect(await boomgate(['agents', 'show'], { env })).toEqual({
    code: 0,
    stdout: 'agents call as their grants allow\n',
    stderr: '',
  });
  await rm(data, { recursive: true });
  expect(code).toBe(2);
  expect(stderr).toContain('nobody has set this gateway up yet');
  expect(stderr).toContain('"boomgate grant pause"');
});

it.each([
  ['agents', 'stop'],
  ['grant', 'pause', 'laptop'],
  ['audit', 'list'],
  ['people', 'reset-link', 'ann@acme.example'],
])(
  'boomgate %s %s makes no gateway in a folder that was mistyped, and says that none is there',
  async (...args) => {
    await using folder = await temporaryFolder();
    const data = join(folder.path, 'typo');
    const { code, stderr } = await boomgate([...args, '--data', data]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('boomgate.db does not exist yet')]);
    expect(existsSync(data)).toBe(false);
  },
);
