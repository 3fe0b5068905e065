import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCatalogue } from '../../src/index.ts';
import { startChangingServer } from '../support/changing-server.ts';
import { connectAgent } from '../support/clients.ts';
import { bootOffice, expectOk, type Office, problemOf } from '../support/people.ts';

/** The most that the contract takes. */
const CLASSIFY_TOOLS_MAX = 100;

type Changing = Awaited<ReturnType<typeof startChangingServer.modern>>;
let server: Changing;
let office: Office;

beforeAll(async () => {
  server = await startChangingServer.modern([
    { name: 'run_job', description: 'Runs a job' },
    { name: 'read_note', description: 'Reads a note' },
    { name: 'delete_note', description: 'Deletes a note for good' },
    { name: 'frobnicate' },
  ]);
  office = await bootOffice({}, { mcpServers: { s: { url: server.url } } });
  const agent = await connectAgent('client 2.x, pinned', office.test.endpoint('s'), office.test.token);
  await agent.listTools();
  await agent.close().catch(() => undefined);
  // As the command does with what a gateway serves.
  await using catalogue = openCatalogue({ file: join(office.test.data, 'data', 'catalogue.db') });
  const tools = [{ name: 'launch_zeppelin', description: 'Starts the zeppelin of the house' }];
  await catalogue.put({ slug: 'hangar', name: 'Hangar', tools }, 'gateway');
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

describe('the catalogue through the API', () => {
  it('finds tools by words, class and server, a page at a time', async () => {
    const { catalogue } = office.admin.client;
    const query = { words: 'write file', class: 'Write', limit: 1 } as const;
    const first = expectOk(await catalogue.search({ query }));
    expect(first.tools).toMatchObject([{ server: 'godot', name: 'write_file', severity: 'Medium' }]);
    const second = expectOk(await catalogue.search({ query: { ...query, cursor: first.next ?? '' } }));
    expect(second.tools[0]?.name).not.toBe(first.tools[0]?.name);
    const own = expectOk(await catalogue.search({ query: { server: 'godot', severity: 'High' } }));
    expect(new Set(own.tools.map((tool) => `${tool.server} ${tool.class}`))).toEqual(
      new Set(['godot Execute']),
    );
    expect(problemOf(await catalogue.search({ query: { words: 'file', cursor: 'x' } }))).toBe(
      'invalid_input',
    );
  });

  it('has the pages that the command prints, and none of what is not known', async () => {
    const { catalogue } = office.admin.client;
    const page = expectOk(await catalogue.tool({ params: { server: 'godot', tool: 'write_file' } }));
    expect(page).toMatchObject({ title: 'write_file', badge: 'Medium risk · Write' });
    expect(page.blocks).toContainEqual({ kind: 'heading', text: 'Why write_file needs a policy' });
    expect(expectOk(await catalogue.server({ params: { server: 'godot' } })).badge).toMatch(/^Grade /);
    expect(problemOf(await catalogue.server({ params: { server: 'a/b no server' } }))).toBe('not_found');
  });

  it('shows what the first organisation serves to nobody else', async () => {
    const stranger = await office.somebody('admin', await office.elsewhere());
    const found = async ({ client }: typeof stranger) =>
      expectOk(await client.catalogue.search({ query: { words: 'zeppelin' } })).toolCount;
    expect([await found(office.admin), await found(stranger)]).toEqual([1, 0]);
    const named = async ({ client }: typeof stranger) =>
      expectOk(await client.catalogue.search({ query: { words: 'hangar' } })).servers.length;
    expect([await named(office.admin), await named(stranger)]).toEqual([1, 0]);
    for (const page of [
      await stranger.client.catalogue.server({ params: { server: 'hangar' } }),
      await stranger.client.catalogue.tool({ params: { server: 'hangar', tool: 'launch_zeppelin' } }),
    ])
      expect(problemOf(page)).toBe('not_found');
  });

  it('says how a server that was scanned as a package is registered, and of others that it does not know', async () => {
    const { catalogue } = office.admin.client;
    const { client } = await office.somebody('viewer', await office.elsewhere());
    const known = expectOk(await catalogue.entry({ params: { server: 'accesslint' } }));
    expect(known).toMatchObject({ slug: 'accesslint', entry: { command: 'npx' } });
    expect(known.entry?.args[1]).toMatch(/^@accesslint\/mcp@\d/);
    expect(expectOk(await catalogue.entry({ params: { server: 'hangar' } }))).toEqual({
      slug: 'hangar',
      name: 'Hangar',
    });
    expect(problemOf(await client.catalogue.entry({ params: { server: 'hangar' } }))).toBe('not_found');
  });

  it('classifies up to a hundred tools, with evidence, attacks and the rules for them', async () => {
    const { catalogue } = office.admin.client;
    const named = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ name: `delete_thing_${at}`, description: 'Deletes it' }));
    const judged = expectOk(await catalogue.classify({ body: { tools: named(CLASSIFY_TOOLS_MAX) } }));
    expect(judged.items).toHaveLength(CLASSIFY_TOOLS_MAX);
    expect(judged.items[0]).toMatchObject({
      name: 'delete_thing_0',
      class: 'Destructive',
      severity: 'Critical',
    });
    expect(judged.items[0]?.evidence[0]?.quote).toContain('delete');
    expect(judged.items[0]?.attacks.length).toBeGreaterThan(0);
    expect(judged.recommended.policy).toMatchObject({ default: 'deny' });
    const inputSchema = { type: 'object', properties: { action: { enum: ['list', 'delete'] } } };
    const notes = expectOk(await catalogue.classify({ body: { tools: [{ name: 'notes', inputSchema }] } }));
    expect(notes.recommended.policy).toMatchObject({
      tools: { notes: { require: [{ conditions: [{ path: 'args.action', op: 'in', value: ['list'] }] }] } },
    });
    const more = await catalogue.classify({ body: { tools: named(CLASSIFY_TOOLS_MAX + 1) } });
    expect(problemOf(more)).toBe('invalid_input');
  });

  it('recommends a policy for a registered server, from what it offers now', async () => {
    const { catalogue } = office.admin.client;
    const { policy, tools } = expectOk(await catalogue.recommend({ params: { server: 's' } }));
    expect(policy).toEqual({
      version: '1',
      default: 'deny',
      hide: ['delete_note'],
      tools: {
        frobnicate: {
          action: 'require_approval',
          reason: 'a person has to approve this call: nothing in its definition says what it does',
        },
        read_note: {},
        run_job: { limits: [{ counter: 'run_job_rate', window: 'minute', max: 10, scope: 'grant' }] },
      },
    });
    expect(tools.map(({ class: of, tool }) => `${tool} ${of}`)).toEqual([
      'delete_note Destructive',
      'frobnicate Read',
      'read_note Read',
      'run_job Execute',
    ]);
    expect(tools[0]?.evidence[0]).toMatchObject({ class: 'Destructive' });
    expect(tools[1]?.effect).toMatch(
      /waits until a person approves it, because nothing in its definition says/,
    );
    expect(problemOf(await catalogue.recommend({ params: { server: 'godot' } }))).toBe('not_found');
  });

  it('recommends a person for a tool that says nothing, also where its texts are none', async () => {
    const owner = { organization: 'default', server: 's' };
    const classification = { class: 'Read', severity: 'Low', evidence: [], signals: ['unclear'], by: '0' };
    const times = { firstSeenAtMs: 1, seenAtMs: 1 };
    const odd = {
      ...owner,
      ...times,
      classification,
      tool: 'oddity',
      state: 'held',
      isOffered: true,
    } as const;
    const definition = { name: 'oddity', title: 7 };
    const seen = [{ ...odd, fingerprint: 'ab'.repeat(32), definition }];
    await office.gateway.store.tools.record(owner, { seen, gone: [] });
    const { policy } = expectOk(
      await office.admin.client.catalogue.recommend({ params: { server: owner.server } }),
    );
    expect(policy).toMatchObject({ tools: { oddity: { action: 'require_approval' } } });
  });
});
