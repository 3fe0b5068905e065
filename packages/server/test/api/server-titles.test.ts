import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ALLOW_ALL } from '../support/gateway.ts';
import { bootOffice, expectOk } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { SECRETS } from '../support/secrets.ts';

const STALLING = fileURLToPath(new URL('../support/stalling-server.ts', import.meta.url));
const PROGRAM = { command: process.execPath, args: [STALLING] };

async function boot(workers = 1) {
  const office = await bootOffice(workers === 1 ? {} : { workers }, {
    mcpServers: { s: { ...PROGRAM, title: 'Sums ${env:HOME}' } },
    policies: { all: ALLOW_ALL },
  });
  const { client } = office.admin;
  const tagOf = async (server: string) => {
    const answer = await client.servers.show({ params: { server } });
    return (answer.ok ? answer.etag : undefined) ?? '';
  };
  type Change = NonNullable<Parameters<typeof client.servers.update>[0]['body']>;
  const change = async (server: string, body: Change) =>
    client.servers.update({ params: { server }, ifMatch: await tagOf(server), body });
  const entitle = (server: string, title: string | null) => change(server, { title });
  const pid = async (server: string, token: string) => {
    const { result } = (await post(office.test.endpoint(server), token, modernCall('pid'))).body;
    return result?.content?.[0]?.text;
  };
  return { office, client, change, entitle, pid };
}

describe('the title of a server', () => {
  it('is shown wherever servers are, changed and taken away, and the log tells of it', async () => {
    const { client, entitle, office } = await boot();
    await using _ = office;
    const made = await client.servers.create({ body: { slug: 'pay', title: ' Payments, EU ', ...PROGRAM } });
    expect(expectOk(made)).toMatchObject({ title: 'Payments, EU', settings: { title: 'Payments, EU' } });
    const titles = async () =>
      expectOk(await client.servers.list()).items.map(({ slug, title }) => [slug, title]);
    // What a file says of a variable is shown as it says it.
    expect(await titles()).toEqual([
      ['pay', 'Payments, EU'],
      ['s', 'Sums ${env:HOME}'],
    ]);
    expect(expectOk(await client.servers.show({ params: { server: 's' } })).settings.title).toBe(
      'Sums ${env:HOME}',
    );
    const stack = expectOk(await client.stack.read()).items;
    expect(stack.map(({ slug, title }) => [slug, title])).toEqual(await titles());

    expect(expectOk(await entitle('pay', 'Payouts')).title).toBe('Payouts');
    expect(expectOk(await entitle('pay', null))).not.toHaveProperty('title');
    const acts = expectOk(await client.audit.list({ query: { action: 'server.updated' } })).items;
    expect(acts).toMatchObject([
      {
        before: { entry: { title: 'Payouts' } },
        after: { entry: expect.not.objectContaining({ title: '' }) },
      },
      { before: { entry: { title: 'Payments, EU' } }, after: { entry: { title: 'Payouts' } } },
    ]);
  });

  it('holds no text that could pass for another one, wherever it comes from', async () => {
    const { client, entitle, office } = await boot();
    await using _ = office;
    expectOk(await client.servers.create({ body: { slug: 'pay', ...PROGRAM } }));
    for (const title of ['', ' ', 'a\u202eb', 'a\nb', 'x'.repeat(101)]) {
      const answer = await entitle('pay', title);
      expect(answer.ok ? [] : answer.problem.errors?.map(({ pointer }) => pointer)).toContain('/title');
    }
    expectOk(await entitle('pay', 'x'.repeat(100)));
    const { configFile } = office.test;
    const file = await readFile(configFile, 'utf8');
    await writeFile(configFile, file.replace('Sums ', 'Sums \\u202e'));
    await until(async () =>
      JSON.stringify(office.test.lines).includes('mcpServers.s.title: expected no control'),
    );
    expect(expectOk(await client.servers.show({ params: { server: 's' } })).title).toBe('Sums ${env:HOME}');
  });

  it.each([1, 2])('becomes another one without a new connection (processes: %i)', async (workers) => {
    const { change, client, entitle, office, pid } = await boot(workers);
    await using _ = office;
    expectOk(await client.servers.create({ body: { slug: 'pay', ...PROGRAM } }));
    const body = { name: 'robot', server: 'pay', policy: 'all' };
    const { token } = expectOk(await client.grants.mint({ body }));
    const first = await pid('pay', token);
    expect(first).toMatch(/^\d+$/);
    expectOk(await entitle('pay', 'Payouts'));
    expect(await pid('pay', token)).toBe(first);
    expectOk(await entitle('pay', 'Payments'));
    expect(await pid('pay', token)).toBe(first);
    // Nor does what the gateway does with what passes.
    expectOk(await change('pay', { argument_secrets: 'deny', result_secrets: 'redact', results: 'block' }));
    const args = { note: SECRETS['npm token'] };
    const { result } = (await post(office.test.endpoint('pay'), token, modernCall('pid', args))).body;
    expect(result?.content?.[0]?.text).toMatch(/ npm token in note$/);
    expect(await pid('pay', token)).toBe(first);
  });

  it('of a server that fails stands where people are told of it', async () => {
    const { client, office } = await boot();
    await using _ = office;
    const body = { slug: 'gone', title: 'Old one', command: 'no-such-program' };
    expectOk(await client.servers.create({ body }));
    expectOk(await client.servers.probe({ params: { server: 'gone' } }));
    expect(expectOk(await client.overview.read()).servers.failing).toMatchObject([
      { slug: 'gone', title: 'Old one', state: 'failing' },
    ]);
  });
});
