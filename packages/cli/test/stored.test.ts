import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GATEWAY, openSqliteStore, systemClock } from '@boomgate/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boomgate, temporaryFolder } from './command.ts';

const text = (tool: string): string =>
  `{"version":"1","default":"deny","tools":{"${tool}":{"action":"allow"}}}`;
const NOTE = 'for \u001b[2J the team';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const run = (...args: string[]) => boomgate([...args, '--data', 'data'], { cwd: folder.path });

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeFile(
    join(folder.path, 'boomgate.config.json'),
    JSON.stringify({ mcpServers: {}, policies: {} }),
  );
  const directory = join(folder.path, 'data');
  await using store = await openSqliteStore({ directory, clock: systemClock() });
  const save = { organization: 'default', name: 'team', note: NOTE };
  await store.policies.save({ ...save, base: 0, text: text('read') }, GATEWAY);
  await store.policies.save({ ...save, base: 1, text: text('write') }, GATEWAY);
  const hash = createHash('sha256').update('a token').digest('hex');
  const grant = { server: 'files', labels: {}, mode: 'enforce', origin: 'minted' } as const;
  await store.grants.create(
    { ...grant, id: 'g', organization: 'another', name: 'theirs', policy: 'theirs' },
    hash,
  );
  const secrets = { headers: {}, env: {}, query: [] };
  const entry = { url: 'https://mcp.example/mcp' };
  await store.servers.create({ organization: 'default', slug: 'files', entry, secrets }, GATEWAY);
});
afterAll(() => folder[Symbol.asyncDispose]());

describe('what was saved through the API', () => {
  it('has its versions listed, 80 columns wide and harmless, and printed', async () => {
    const listed = await run('policy', 'versions', 'team');
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    const lines = listed.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^2 in force .*\\x1b\[2J/);
    expect(lines[2]).toMatch(/^1 /);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const newest = await run('policy', 'show', 'team');
    expect(newest).toMatchObject({ code: 0, stderr: 'version 2 of team\n' });
    expect(JSON.parse(newest.stdout)).toEqual(JSON.parse(text('write')));
    expect(newest.stdout).toContain('{ "write": { "action": "allow" } }');
    const first = await run('policy', 'show', 'team', '--version', '1', '--json');
    expect(JSON.parse(first.stdout)).toMatchObject({ isInForce: false, document: JSON.parse(text('read')) });
    const none = await run('policy', 'show', 'team', '--version', '3');
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('up to 2, found 3')]);
    for (const command of ['versions', 'show']) {
      const unknown = await run('policy', command, 'nobody');
      expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/known: team$/m)]);
    }
  });

  it('is not said to be in force once a file has declared the name, or it was removed', async () => {
    const directory = join(folder.path, 'data');
    {
      await using store = await openSqliteStore({ directory, clock: systemClock() });
      const save = { organization: 'default', note: '', base: 0, text: text('read') };
      for (const name of ['shadowed', 'removed']) await store.policies.save({ ...save, name }, GATEWAY);
      await store.policies.register('shadowed', text('write'));
      await store.policies.remove({ organization: 'default', name: 'removed', base: 1 }, GATEWAY);
    }
    const shadowed = await run('policy', 'versions', 'shadowed');
    expect(shadowed.stdout).not.toContain('in force');
    expect(shadowed.stderr).toContain('a configuration file declared version 2 after version 1 was saved');
    const { stderr } = await run('policy', 'show', 'shadowed');
    expect(stderr).toMatch(/^version 1 of shadowed; a configuration file declared version 2/);
    const removed = await run('policy', 'show', 'removed');
    expect(removed.stderr).toBe('version 1 of removed; it was removed, and decides nothing\n');
    await using store = await openSqliteStore({ directory, clock: systemClock() });
    await store.policies.remove({ organization: 'default', name: 'shadowed', base: 1 }, GATEWAY);
  });

  it('is listed by name with how many grants use it, and what grants name besides', async () => {
    const before = await run('policy', 'list');
    expect([before.code, before.stderr]).toEqual([0, '']);
    expect(before.stdout).toMatch(/^POLICY +VERSION +FROM +SAVED +GRANTS\nteam +2 +stored .* 0\n$/);
    const config = join(folder.path, 'declaring.json');
    const mcpServers = { mail: { url: 'https://mail.example/mcp' } };
    const declared = { version: '1', default: 'deny' };
    await writeFile(config, JSON.stringify({ mcpServers, policies: { declared } }));
    for (const [name, ...policies] of [
      ['four', '--stack', 'files=team', '--stack', 'mail=declared'],
      ['five', '--server', 'files', '--policy', 'team'],
      ['six', '--server', 'files', '--policy', 'team'],
    ])
      await run('grant', 'mint', name ?? '', ...policies, '--config', config);
    expect((await run('grant', 'revoke', 'six')).code).toBe(0);
    const { stdout } = await run('policy', 'list', '--json');
    expect(JSON.parse(stdout)).toEqual([
      { name: 'declared', grants: 1 },
      expect.objectContaining({ name: 'team', from: 'stored', version: 2, grants: 2 }),
    ]);
  });

  it('can be named by a grant, and what nobody knows cannot', async () => {
    const minted = await run('grant', 'mint', 'one', '--server', 'files', '--policy', 'team');
    expect(minted, minted.stderr).toMatchObject({ code: 0 });
    const wrong = await run('grant', 'mint', 'two', '--server', 'nowhere', '--policy', 'team');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('known: files')]);
    // Where no configuration file is, by what gateways had in force; by nothing where none has run.
    const away = (...names: string[]) =>
      boomgate(['grant', 'mint', 'three', ...names, '--data', join(folder.path, 'data')]);
    const nowhere = await away('--server', 'nowhere');
    expect([nowhere.code, nowhere.stderr]).toEqual([
      2,
      expect.stringMatching(/found "nowhere"; known: files; .*--config names one/),
    ]);
    expect((await away('--server', 'files', '--policy', 'nothing')).stderr).toContain(
      'found "nothing"; "boomgate policy list" shows them',
    );
    expect(await away('--server', 'files', '--policy', 'team')).toMatchObject({ code: 0 });
    const unchecked = await boomgate([
      'grant',
      'mint',
      'three',
      '--server',
      'nowhere',
      '--data',
      join(folder.path, 'new'),
    ]);
    expect(unchecked.code).toBe(0);
    expect(unchecked.stderr).toContain('names were not checked, because there is no configuration file here');
  });

  it('is named beside what a file declares, also where the variables of the gateway are not set', async () => {
    const config = join(folder.path, 'secret.jsonc');
    const secret = `\${env:BOOMGATE_TEST_NOT_SET}`;
    const mcpServers = {
      'far away': { url: 'https://mcp.example/mcp', headers: { authorization: secret } },
      off: { command: 'off', disabled: true },
    };
    const policies = { declared: JSON.parse(text('read')) };
    const grants = { g: { server: 'far away', policy: 'declared', token: secret } };
    await writeFile(config, JSON.stringify({ mcpServers, policies, grants }));
    const mint = (name: string, ...of: string[]) => run('grant', 'mint', name, ...of, '--config', config);
    const minted = await mint('far', '--server', 'far-away', '--policy', 'declared');
    expect(minted, minted.stderr).toMatchObject({ code: 0 });
    const off = await mint('off', '--server', 'off');
    expect([off.code, off.stderr]).toEqual([2, expect.stringContaining('known: far-away, files')]);
    const unknown = await mint('odd', '--server', 'far-away', '--policy', 'other');
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('known: declared, team')]);
  });

  it('decides calls of the server alone that it was saved for', async () => {
    const directory = join(folder.path, 'data');
    await using store = await openSqliteStore({ directory, clock: systemClock(), as: 'writer' });
    const mail = { organization: 'default', name: 'of-mail', server: 'mail', base: 0, note: '' };
    await store.policies.save({ ...mail, text: text('send') }, GATEWAY);
    const minted = await run('grant', 'mint', 'seven', '--server', 'files', '--policy', 'of-mail');
    expect([minted.code, minted.stderr]).toEqual([2, expect.stringContaining('which is for "mail"')]);
    const stacked = await run('grant', 'mint', 'eight', '--stack', 'files=of-mail');
    expect([stacked.code, stacked.stderr]).toEqual([2, expect.stringContaining('which is for "mail"')]);
  });
});
