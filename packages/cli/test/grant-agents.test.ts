import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ALLOW_ALL } from '../../server/test/support/gateway.ts';
import { bootOffice, expectOk } from '../../server/test/support/people.ts';
import { modernCall, post } from '../../server/test/support/rpc.ts';
import {
  AgentMemory,
  consented,
  dashboardFolder,
  openInBrowser,
  signingAgent,
} from '../../server/test/support/signing-agent.ts';
import { startStub } from '../../server/test/support/stub.ts';
import { boomgate } from './command.ts';

it('boomgate grant shows the agents that signed in by themselves, and signs one or all of them out', async () => {
  await using folder = await dashboardFolder();
  await using stub = await startStub({ era: 'modern', tools: [{ name: 'pay' }] });
  await using office = await bootOffice(
    { dashboard: folder.path },
    { mcpServers: { s: { url: stub.url } }, policies: { all: ALLOW_ALL } },
  );
  const { client } = office.admin;
  const grant = expectOk(await client.grants.mint({ body: { name: 'laptop', server: 's', policy: 'all' } }));
  const endpoint = `${office.gateway.url}/mcp-oauth/s/`;
  const run = (...args: readonly string[]) =>
    boomgate(['grant', ...args], { env: { BOOMGATE_DATA: join(office.test.data, 'data') } });
  const signIn = async () => {
    const memory = new AgentMemory();
    await expect(signingAgent('client 2.x', endpoint, memory).connect()).rejects.toThrow();
    const asked = await openInBrowser(office, memory.sentTo);
    const back = await consented(asked, office.admin, { grant: grant.id });
    await signingAgent('client 2.x', endpoint, memory).finish(back);
    return memory;
  };
  const status = async ({ kept }: AgentMemory) =>
    (await post(endpoint, kept?.access_token, modernCall('pay'))).status;

  expect((await run('agents', 'laptop')).stderr).toContain('no agent has signed in by itself');
  const first = await signIn();
  // A cast: what the command prints of them.
  const [one] = JSON.parse((await run('agents', 'laptop', '--json')).stdout) as { readonly id: string }[];
  const others = [await signIn(), await signIn()];
  const table = (await run('agents', 'laptop')).stdout;
  expect(table.split('\n').every((line) => line.length <= 80)).toBe(true);
  expect(table).toContain(one?.id.slice(0, 12));
  expect(table).toContain('Agent of the tests, back to');
  expect(table).toContain('ann@acme.example');

  const out = await run('sign-out', 'laptop', '--agent', one?.id.slice(0, 12) ?? '');
  expect([out.code, out.stdout]).toEqual([0, '']);
  expect(out.stderr).toContain('1 agent is signed out of the grant "laptop"');
  await expect.poll(() => status(first)).toBe(401);
  expect(await Promise.all(others.map(status))).toEqual([200, 200]);
  const gone = await run('sign-out', 'laptop', '--agent', one?.id ?? '');
  expect(gone.code).toBe(2);
  expect(gone.stderr).toContain('expected the id of one agent of the grant "laptop"');
  for (const wrong of [
    ['sign-out', 'laptop'],
    ['sign-out', 'laptop', '--agent', 'x', '--all'],
  ])
    expect((await run(...wrong)).stderr).toContain('expected either --agent ID');

  expect((await run('sign-out', 'laptop', '--all')).stderr).toContain('2 agents are signed out');
  await expect.poll(() => Promise.all(others.map(status))).toEqual([401, 401]);
  expect((await post(office.test.endpoint('s'), grant.token, modernCall('pay'))).status).toBe(200);
  const rows = await office.gateway.store.audit.query({ action: 'grant.signed_out', limit: 9 });
  expect(rows.map(({ actor, target }) => [actor.kind, target.id])).toEqual(Array(3).fill(['cli', grant.id]));
  expect(rows[0]).toMatchObject({ before: { person: 'ann@acme.example' } });
});
