import { afterAll, beforeAll, expect, it } from 'vitest';
import { startChangingServer } from '../support/changing-server.ts';
import { connectAgent } from '../support/clients.ts';
import { bootOffice, expectOk, NO_SERVER, type Office } from '../support/people.ts';
import { until } from '../support/programs.ts';

let server: Awaited<ReturnType<typeof startChangingServer.modern>>;
let office: Office;

const calls = (max: number) => ({ counter: `calls_${max}`, window: 'hour', max, scope: 'grant' });
const POLICIES = {
  limited: { version: '1', default: 'allow', tools: { read_note: { limits: [calls(5), calls(6)] } } },
  asking: { version: '1', default: 'deny', tools: { delete_note: { action: 'require_approval' } } },
};

beforeAll(async () => {
  server = await startChangingServer.modern([
    { name: 'read_note', description: 'Reads a note' },
    { name: 'run_job', description: 'Runs a job' },
    { name: 'delete_note', description: 'Deletes a note for good' },
  ]);
  const grants = { other: { server: 's', policy: 'asking', token: 'a'.repeat(40) } };
  const nowhere = { url: NO_SERVER.s.url };
  office = await bootOffice(
    {},
    { mcpServers: { s: { url: server.url }, nowhere }, policies: POLICIES, grants },
  );
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

it('tells a viewer what fails, what nothing looks at and which limits are nearly used up, and others nothing of it', async () => {
  const agent = await connectAgent('client 2.x, pinned', office.test.endpoint('s'), office.test.token);
  await agent.listTools();
  const viewer = await office.somebody('viewer');
  const read = async () => expectOk(await viewer.client.overview.read());
  for (const used of [1, 2, 3]) {
    expect((await agent.callTool({ name: 'read_note', arguments: { used } })).isError).not.toBe(true);
    expect((await read()).limits).toEqual([]);
  }
  // Four of five are exactly the part from which on a limit is told; four of six are not.
  await agent.callTool({ name: 'read_note', arguments: {} });
  const near = (await read()).limits.map(({ grant, max, used }) => [grant.name, used, max]);
  expect(near).toEqual([['test', 4, 5]]);
  await agent.callTool({ name: 'read_note', arguments: {} });
  expect((await read()).limits.map(({ max }) => max)).toEqual([5, 6]);

  await office.admin.client.servers.probe({ params: { server: 'nowhere' } });
  await until(async () => (await read()).servers.failingCount === 1);
  const found = await read();
  expect(found).toMatchObject({
    servers: { all: 2, failing: [{ slug: 'nowhere', state: 'failing' }] },
    tools: { all: 3, held: 0, uncoveredCount: 2 },
    activeGrants: 2,
    isComplete: true,
  });
  expect(found.tools.uncovered.map(({ server: of, severity, tool }) => [of, tool, severity])).toEqual([
    ['s', 'delete_note', 'Critical'],
    ['s', 'run_job', 'High'],
  ]);
  const elsewhere = await office.somebody('admin', await office.elsewhere());
  expect(expectOk(await elsewhere.client.overview.read())).toMatchObject({
    servers: { all: 0, failing: [] },
    tools: { all: 0, uncovered: [] },
    limits: [],
    activeGrants: 0,
  });
  await agent.close();
});
