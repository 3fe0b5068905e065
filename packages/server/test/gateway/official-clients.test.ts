import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENTS, type AgentClient, connectAgent, textOf } from '../support/clients.ts';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { everythingOverHttp, npmServer, until } from '../support/programs.ts';

/** Official clients of both generations, through the gateway, to real servers over stdio and HTTP. */
describe.each(AGENTS)('an agent with %s', (kind) => {
  let gateway: TestGateway;
  let folder: string;
  let http: Awaited<ReturnType<typeof everythingOverHttp>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boomgate-files-'));
    await writeFile(join(folder, 'hello.txt'), 'hello from a file');
    await writeFile(join(folder, 'big.txt'), 'x'.repeat(2_000_000));
    http = await everythingOverHttp();
    const node = { command: process.execPath };
    gateway = await bootGateway({
      mcpServers: {
        everything: { ...node, args: [npmServer('everything'), 'stdio'] },
        'everything-http': { url: http.url },
        filesystem: { ...node, args: [npmServer('filesystem'), folder] },
        memory: {
          ...node,
          args: [npmServer('memory')],
          env: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') },
        },
      },
      grants: Object.fromEntries(
        ['everything-http', 'filesystem', 'memory'].map((server) => [
          server,
          { server, policy: 'all', token: tokenFor(server) },
        ]),
      ),
    });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await http[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const tokenFor = (server: string): string => `token-of-the-grant-for-${server}-`.padEnd(64, 'x');
  const connect = (server: string): Promise<AgentClient> =>
    connectAgent(kind, gateway.endpoint(server), server === 'everything' ? gateway.token : tokenFor(server));

  describe.each(['everything', 'everything-http'])('on %s', (server) => {
    let client: AgentClient;
    beforeAll(async () => {
      client = await connect(server);
    });
    afterAll(() => client.close());

    it('lists the tools, sorted by name', async () => {
      const names = (await client.listTools()).tools.map((tool) => tool.name);
      expect(names).toContain('echo');
      expect(names).toEqual([...names].sort());
    });

    it('calls a tool', async () => {
      expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'größer 😀' } }))).toBe(
        'Echo: größer 😀',
      );
    });

    it('sees a tool error as the server made it', async () => {
      const result = await client.callTool({ name: 'echo', arguments: { message: 7 } });
      expect(result.isError).toBe(true);
      expect(textOf(result)).toMatch(/message/);
    });

    it('gets an error for a tool that is not there', async () => {
      await expect(client.callTool({ name: 'nothing-like-this', arguments: {} })).rejects.toThrow(
        'Unknown tool: nothing-like-this',
      );
    });

    it('gets progress while a call runs', async () => {
      const seen: number[] = [];
      const onprogress = ({ progress }: { progress: number }): number => seen.push(progress);
      await client.callTool(
        { name: 'trigger-long-running-operation', arguments: { duration: 0.5, steps: 4 } },
        { onprogress },
      );
      expect(seen.length).toBeGreaterThan(1);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
    });

    it('reads prompts and resources', async () => {
      expect((await client.listPrompts()).prompts.length).toBeGreaterThan(0);
      const { resources } = await client.listResources();
      const [first] = resources;
      expect((await client.readResource({ uri: first?.uri ?? '' })).contents.length).toBeGreaterThan(0);
    });

    it('cancels a call', async () => {
      const controller = new AbortController();
      const call = client.callTool(
        { name: 'trigger-long-running-operation', arguments: { duration: 30, steps: 30 } },
        { signal: controller.signal },
      );
      const rows = (): ReturnType<TestGateway['gateway']['store']['decisions']['query']> =>
        gateway.gateway.store.decisions.query({ limit: 1, server, method: 'tools/call' });
      await until(
        async () =>
          (await rows())[0]?.row.target === 'trigger-long-running-operation' &&
          (await rows())[0]?.outcomeRow === undefined,
      );
      controller.abort();
      await expect(call).rejects.toThrow();
      await until(async () => (await rows())[0]?.outcomeRow?.status === 'cancelled');
    });
  });

  it('reads and writes files', async () => {
    const client = await connect('filesystem');
    const read = await client.callTool({
      name: 'read_text_file',
      arguments: { path: join(folder, 'hello.txt') },
    });
    expect(textOf(read)).toBe('hello from a file');
    await client.callTool({
      name: 'write_file',
      arguments: { path: join(folder, 'new.txt'), content: 'new' },
    });
    expect(textOf(await client.callTool({ name: 'list_directory', arguments: { path: folder } }))).toContain(
      'new.txt',
    );
    await client.close();
  });

  it('gets a big result whole', async () => {
    const client = await connect('filesystem');
    const result = await client.callTool({
      name: 'read_text_file',
      arguments: { path: join(folder, 'big.txt') },
    });
    expect(textOf(result)).toHaveLength(2_000_000);
    await client.close();
  });

  it('keeps a memory', async () => {
    const client = await connect('memory');
    const entities = [{ name: `agent of ${kind}`, entityType: 'test', observations: ['was here'] }];
    await client.callTool({ name: 'create_entities', arguments: { entities } });
    expect(textOf(await client.callTool({ name: 'read_graph', arguments: {} }))).toContain('was here');
    await client.close();
  });
});
