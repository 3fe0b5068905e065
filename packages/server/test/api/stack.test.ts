import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChangingServer } from '../support/changing-server.ts';
import { connectAgent } from '../support/clients.ts';
import { bootOffice, expectOk, type Office, problemOf } from '../support/people.ts';

let server: Awaited<ReturnType<typeof startChangingServer.modern>>;
let office: Office;

const LIMITED = { counter: 'jobs', window: 'minute', max: 10, scope: 'grant' };
const POLICIES = {
  careful: { version: '1', default: 'deny', hide: ['delete_*'], tools: { run_job: { limits: [LIMITED] } } },
  open: { version: '1', default: 'allow', tools: { delete_note: { action: 'require_approval' } } },
};

beforeAll(async () => {
  server = await startChangingServer.modern([
    { name: 'run_job', description: 'Runs a job' },
    { name: 'read_note', description: 'Reads a note' },
    { name: 'delete_note', description: 'Deletes a note for good' },
  ]);
  const grants = {
    free: { server: 's', policy: 'open', token: 'a'.repeat(40) },
    stack: { servers: { s: 'careful', t: null }, token: 'b'.repeat(40) },
    over: { server: 's', policy: 'open', token: 'c'.repeat(40), expires: '2020-01-01T00:00:00Z' },
  };
  const mcpServers = { s: { url: server.url }, t: { url: server.url } };
  office = await bootOffice({}, { mcpServers, policies: POLICIES, grants });
  const agent = await connectAgent('client 2.x, pinned', office.test.endpoint('s'), office.test.token);
  await agent.listTools();
  await agent.close().catch(() => undefined);
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

describe('the stack of an organisation', () => {
  it('says what looks at each call, and which dangerous tools nothing looks at', async () => {
    const viewer = await office.somebody('viewer');
    const { items } = expectOk(await viewer.client.stack.read());
    const [s, t] = items;
    expect(s?.doors).toEqual([
      { policy: 'open', version: 1, mode: 'enforce', grants: ['free'] },
      { policy: 'careful', version: 1, mode: 'enforce', grants: ['stack', 'test'] },
    ]);
    expect(
      s?.tools.map(({ reach, tool }) => [tool, ...reach.map(({ checks, outcome }) => [outcome, ...checks])]),
    ).toEqual([
      ['delete_note', ['approve'], ['hide']],
      ['read_note', ['allow'], ['deny']],
      ['run_job', ['allow'], ['allow', 'limits']],
    ]);
    expect(s).toMatchObject({ classes: { Read: 1, Execute: 1, Destructive: 1 }, uncovered: ['run_job'] });
    const TAKEN = [
      { why: 'Critical tools', points: 13 },
      { why: 'High tools', points: 7 },
      { why: 'tools without annotations', points: 15 },
      { why: 'the package is not pinned to a version', points: 10 },
      { why: 'the publisher is not known', points: 10 },
    ];
    expect(s?.grade).toEqual({ grade: 'F', points: 45, taken: TAKEN });
    expect(t?.grade).toBeUndefined();
    expect(t).toMatchObject({ doors: [{ mode: 'enforce', grants: ['stack'] }], tools: [], uncovered: [] });
  });

  it('counts a grant that only observes as nothing in between', async () => {
    const { hash } = { hash: 'ab'.repeat(32) };
    await office.gateway.store.grants.create(
      {
        id: 'w',
        name: 'watcher',
        organization: 'default',
        server: 's',
        policy: 'careful',
        labels: {},
        mode: 'observe',
        origin: 'minted',
      },
      hash,
    );
    const [s] = expectOk(await office.admin.client.stack.read()).items;
    expect(s?.uncovered).toEqual(['delete_note', 'run_job']);
    const { header, lines } = await review();
    const of = (grant: string, title: string) =>
      lines.filter(([name]) => name === grant).map((cells) => cells[header.indexOf(title)]);
    expect(of('watcher', 'open_and_harmful')).toEqual(['delete_note run_job']);
    expect([of('watcher', 'open'), of('watcher', 'refused')]).toEqual([['3'], ['0']]);
    await office.gateway.store.grants.setState('w', 'revoked');
    expect((await review()).lines.map(([name]) => name)).not.toContain('watcher');
  });

  it('is told grant by grant for a review, and the audit log says who read it', async () => {
    const { header, lines } = await review();
    const told = lines.map((cells) => Object.fromEntries(header.map((title, at) => [title, cells[at]])));
    expect(told).toMatchObject([
      {
        ...{
          grant: 'free',
          server: 's',
          policy: 'open',
          policy_version: '1',
          origin: 'file',
          state: 'active',
        },
        ...{ tools: '3', held: '0', refused: '0', asks_first: '1', checked: '0', open: '2' },
        ...{ may_read: '1', may_execute: '1', may_destructive: '1', open_and_harmful: 'run_job' },
      },
      { grant: 'stack', server: 's', policy: 'careful', refused: '2', checked: '1', open_and_harmful: '' },
      { grant: 'stack', server: 't', policy: '', policy_version: '', tools: '0', open: '0' },
      { grant: 'test', server: 's' },
    ]);
    const [row] = await office.gateway.store.audit.query({ action: 'grants.exported', limit: 1 });
    expect(row).toMatchObject({ target: { kind: 'list', id: 'grants' }, actor: { kind: 'person' } });
  });
});

/** The cells of the review of all grants; none of these holds a comma. */
async function review() {
  const viewer = await office.somebody('viewer');
  const { text } = await viewer.send('/api/v1/grants/review.csv');
  const [header = [], ...lines] = text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(',').map((cell) => cell.replaceAll('"', '')));
  return { header, lines };
}

describe('a server that is registered through the API', () => {
  it('is in the stack, has a recommended policy once it was probed, and its name is taken', async () => {
    const { catalogue, servers, stack } = office.admin.client;
    const params = { server: 'api-one' };
    expectOk(await servers.create({ body: { slug: 'api-one', url: server.url } }));
    expect(expectOk(await catalogue.recommend({ params })).tools).toEqual([]);
    expect(expectOk(await servers.probe({ params }))).toMatchObject({ state: 'ready', tools: 3 });
    expect(expectOk(await catalogue.recommend({ params })).policy).toMatchObject({ hide: ['delete_note'] });
    const { items } = expectOk(await stack.read());
    expect(items.map(({ slug, tools }) => [slug, tools.length])).toEqual([
      ['api-one', 3],
      ['s', 3],
      ['t', 0],
    ]);
    const text = '{ "mcpServers": { "api-one": { "url": "https://mcp.example.com/" } } }';
    const read = expectOk(await stack.preview({ body: { text } }));
    expect(read.servers[0]?.warnings.join()).toMatch(/already registered/);
  });

  it('is nothing to another organisation', async () => {
    const stranger = await office.somebody('admin', await office.elsewhere());
    expect(expectOk(await stranger.client.stack.read()).items).toEqual([]);
    const params = { server: 'api-one' };
    expect(problemOf(await stranger.client.catalogue.recommend({ params }))).toBe('not_found');
  });
});

describe('a pasted configuration', () => {
  const preview = async (text: string) => office.admin.client.stack.preview({ body: { text } });
  const SECRET = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

  it('is read in each format, and none of its secrets is shown', async () => {
    const json = `{ // mine
      "mcpServers": {
        "s": { "command": "npx", "args": ["-y", "@scope/package", "--token", "${SECRET}"], "env": { "GITHUB_TOKEN": "${SECRET}", "MODE": "\${MODE}" } },
        "remote one": { "url": "https://mcp.example.com/v1?key=${SECRET}", "headers": { "Authorization": "Bearer ${SECRET}" }, "disabled": true }
      } }`;
    const toml = `[mcp_servers.files]\ncommand = "uvx"\nargs = ["mcp-files"]\n`;
    const yaml =
      'extensions:\n  web:\n    type: streamable_http\n    uri: https://mcp.example.com/web\n    enabled: true\n';
    const read = expectOk(await preview(json));
    expect(JSON.stringify(read)).not.toContain(SECRET);
    expect(read.servers).toMatchObject([
      {
        name: 's',
        what: 'npx @scope/package',
        given: [
          { in: 'environment', name: 'GITHUB_TOKEN', isReference: false },
          { in: 'environment', name: 'MODE', isReference: true },
        ],
      },
      { name: 'remote one', slug: 'remote-one', what: 'https://mcp.example.com/v1', isDisabled: true },
    ]);
    expect(read.servers[0]?.warnings.join()).toMatch(/already registered.*GITHUB_TOKEN/);
    expect(expectOk(await preview(toml))).toMatchObject({
      format: 'toml',
      servers: [{ name: 'files', package: 'mcp-files' }],
    });
    expect(expectOk(await preview(yaml))).toMatchObject({
      format: 'yaml',
      servers: [{ name: 'web', transport: 'http' }],
    });
  });

  it('is registered with the values that it has, and with those that are given for what it only refers to', async () => {
    const { servers, stack } = office.admin.client;
    const text = `[mcp_servers."far away"]
url = "https://mcp.example.com/v1?key=${SECRET}"
http_headers = { X-Key = "${SECRET}" }
bearer_token_env_var = "FAR"
[mcp_servers.files]
command = "npx"
args = ["-y", "mcp-files"]
`;
    const far = { name: 'far away', slug: 'far' };
    const register = (wanted: Parameters<typeof stack.register>[0]['body']['servers']) =>
      stack.register({ body: { text, servers: wanted } });
    const unfilled = await register([{ name: 'files', slug: 'new-files' }, far]);
    expect(unfilled.ok ? [] : unfilled.problem.errors?.map(({ pointer }) => pointer)).toEqual([
      '/servers/1/headers/Authorization',
    ]);
    expect(problemOf(await servers.show({ params: { server: 'new-files' } }))).toBe('not_found');
    const filled = { ...far, headers: { Authorization: 'Bearer given' } };
    expect(expectOk(await register([{ name: 'files', slug: 'new-files' }, filled]))).toEqual({
      slugs: ['new-files', 'far'],
    });
    const shown = expectOk(await servers.show({ params: { server: 'far' } }));
    expect(shown.credentials.map(({ in: place, name }) => `${place} ${name}`).sort()).toEqual([
      'headers Authorization',
      'headers X-Key',
      'query key',
    ]);
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(expectOk(await servers.show({ params: { server: 'new-files' } })).settings).toMatchObject({
      command: 'npx',
      args: ['-y', 'mcp-files'],
    });
    expect(problemOf(await register([filled]))).toBe('name_taken');
    expect(problemOf(await register([{ ...far, slug: 's' }]))).toBe('declared_by_file');
    const wrong = await register([
      { name: 'nobody', slug: 'x' },
      { name: 'files', slug: 'y' },
      { name: 'files', slug: 'y' },
    ]);
    expect(wrong.ok ? [] : wrong.problem.errors?.map(({ pointer }) => pointer)).toEqual([
      '/servers/0/name',
      '/servers/2/slug',
    ]);
  });

  it('that cannot be read is refused, and not repeated', async () => {
    for (const text of [`{ "mcpServers": { "${SECRET}" `, `{ "other": "${SECRET}" }`, `[a]\nb = ${SECRET}`]) {
      const answer = await preview(text);
      expect(problemOf(answer)).toBe('invalid_input');
      expect(JSON.stringify(answer)).not.toContain(SECRET);
    }
    expect(problemOf(await preview(' '.repeat(64 * 1024 + 1)))).toBe('invalid_input');
    expect(problemOf(await preview(`{ "mcpServers": {} }${' '.repeat(64 * 1024 - 20)}`))).toBe('none');
  });
});
