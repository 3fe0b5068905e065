import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, it } from 'vitest';
import { endSignedIn, signedInAgents } from '../../server/src/agent-sign-in/index.ts';
import { runningClock } from '../../server/test/cases/support/time.ts';
import { bootGateway } from '../../server/test/support/gateway.ts';
import { openOidcProvider } from '../../server/test/support/oidc.ts';
import { dashboardFolder } from '../../server/test/support/signing-agent.ts';
import { startStub } from '../../server/test/support/stub.ts';
import { BOOMGATE, cleanEnvironment, temporaryFolder } from './command.ts';

const SUBJECT = 'system:serviceaccount:agents:painter';

it('connects a workload by the token of where it runs, which it exchanges as often as it has to', async () => {
  await using issuer = await openOidcProvider(() => []);
  await using stub = await startStub({ era: 'legacy', tools: [{ name: 'pay' }] });
  await using pages = await dashboardFolder();
  const clock = runningClock();
  clock.step(10 * 60_000);
  await using test = await bootGateway({
    mcpServers: { files: { url: stub.url } },
    grants: {
      painters: {
        server: 'files',
        policy: 'all',
        workloads: [{ issuer: 'cluster', subject: 'system:serviceaccount:agents:*' }],
      },
    },
    // What it gets is bound to a key of the command's own, by nonces where the clock of its machine is off.
    more: { workloads: { cluster: { issuer: issuer.issuer } }, agents: { access_tokens: 'bound' } },
    options: { dashboard: pages.path, clock },
  });
  const { store, url } = test.gateway;
  await using folder = await temporaryFolder();
  const identityFile = join(folder.path, 'token');
  const identity = async (more: object = {}) => {
    const claims = { iss: issuer.issuer, aud: url, sub: SUBJECT, exp: 4_102_444_800, ...more };
    await writeFile(identityFile, `${await issuer.sign(claims)}\n`);
  };
  await identity();
  // The issuer has no answer at first: the gateway says so, and is asked again.
  issuer.instead.set('/jwks', (_request, response) => {
    issuer.instead.delete('/jwks');
    response.writeHead(429).end();
  });
  const client = new Client({ name: 'agent', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: BOOMGATE,
      args: ['run', '--server', 'files', '--url', url, '--identity-file', identityFile],
      env: cleanEnvironment({}),
      stderr: 'ignore',
    }),
  );
  const pay = () => client.callTool({ name: 'pay', arguments: {} });
  expect((await pay()).isError).not.toBe(true);
  const painters = (await store.grants.list()).find(({ name }) => name === 'painters');
  if (painters === undefined) throw new Error('expected the grant of the file');
  const letOut = async () => {
    const agents = await signedInAgents(store, painters);
    for (const { id } of agents) await endSignedIn(store, painters.id, id);
    return agents;
  };
  expect(await letOut()).toMatchObject([{ client: { name: SUBJECT }, workload: 'cluster' }]);
  // Its access is gone: the next call takes another.
  expect((await pay()).isError).not.toBe(true);
  await identity({ sub: 'system:serviceaccount:others:painter' });
  await letOut();
  await expect(pay()).rejects.toThrow(
    /exchange gives no access: no grant for this address is for the subject and claims of the token/,
  );
  await rm(identityFile);
  await symlink('/dev/null', identityFile);
  await expect(pay()).rejects.toThrow(/token: expected a file, found a pipe or a device/);
  expect(stub.calls()).toHaveLength(2);
  await client.close();
});
