import { spawnSync } from 'node:child_process';
import { chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOOMGATE, boomgate, cleanEnvironment, temporaryFolder } from './command.ts';

const GOOD = {
  version: '1',
  default: 'deny',
  tools: {
    refund: {
      deny_if: [{ conditions: [{ path: 'args.amount', op: 'gt', value: 100 }], on_deny: 'too much' }],
      limits: [{ counter: 'refund_rate', window: 'minute', max: 2, scope: 'grant' }],
    },
    vip: { require: [{ conditions: [{ path: 'grant.labels.team', op: 'eq', value: 'vip' }] }] },
  },
};
const MISSPELT = '{\n  "version": "1",\n  "default": "deny",\n  "tools": { "x": { "deny_fi": [] } }\n}\n';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const file = (name: string): string => join(folder.path, name);
const run = (...args: string[]) => boomgate(['policy', ...args], { cwd: folder.path });

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeFile(file('good.json'), JSON.stringify(GOOD));
  await writeFile(file('misspelt.json'), MISSPELT);
  await writeFile(file('broken.json'), '{"version": "1",\n oops}');
  await writeFile(file('good.yaml'), 'version: "1"\ndefault: deny\ntools:\n  read: {}\n');
  await writeFile(file('misspelt.yaml'), 'version: "1"\ndefault: deny\ntools:\n  read:\n    deny_fi: []\n');
  await writeFile(file('broken.yaml'), 'version: [1\n');
  await writeFile(file('twice.yaml'), 'version: "1"\nversion: "1"\n');
});
afterAll(() => folder[Symbol.asyncDispose]());

describe('policy check', () => {
  it('is silent on stdout and exits 0 when all is well, in JSON and YAML', async () => {
    const ran = await run('check', 'good.json', 'good.yaml');
    expect(ran).toMatchObject({ code: 0, stdout: '' });
    expect(ran.stderr).toBe('good.json: ok\ngood.yaml: ok\n');
  });

  it.each([
    ['misspelt.json', /^misspelt\.json:4:\d+: error unknown_key: .*deny_if.*\(at \/tools\/x/m],
    ['misspelt.yaml', /^misspelt\.yaml:5:\d+: error unknown_key: /m],
    ['broken.json', /^broken\.json:2:\d+: error syntax: /m],
    ['broken.yaml', /^broken\.yaml:\d+:\d+: error syntax: /m],
    ['twice.yaml', /^twice\.yaml:2:1: error duplicate_key: /m],
  ])('finds what is wrong with %s, names the place, and exits 1', async (name, expected) => {
    const ran = await run('check', 'good.json', name);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(expected);
    expect(ran.stdout + ran.stderr).not.toMatch(/\bat .*\.ts:\d+/);
  });

  it('holds a policy against the tools that there are, where a file names them', async () => {
    const amount = { type: 'object', properties: { amount: { type: 'string' } }, required: ['amount'] };
    const tools = [
      { name: 'refund', inputSchema: amount },
      { name: 'delete_all', description: 'Delete everything for good' },
    ];
    await writeFile(file('tools.jsonl'), tools.map((tool) => JSON.stringify(tool)).join('\n'));
    const ran = await run('check', 'good.json', '--tools', 'tools.jsonl');
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    const lines = ran.stdout.trim().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^good\.json: warning not_offered: .*"vip".* \(at \/tools\/vip\)$/),
      expect.stringMatching(
        /^good\.json: error impossible_type: .* \(at \/tools\/refund\/deny_if\/args\.amount-gt\)$/,
      ),
      expect.stringMatching(/^good\.json: warning unvalidated_arguments: .* \(at \/tools\/refund\)$/),
    ]);
    const [said] = JSON.parse((await run('check', 'good.json', '--tools', 'tools.jsonl', '--json')).stdout);
    expect(said).toMatchObject({ ok: false, problems: [{ code: 'not_offered' }, {}, {}] });

    const allowing = JSON.stringify({ version: '1', default: 'allow' });
    await writeFile(file('allowing.json'), allowing);
    const warned = await run('check', 'allowing.json', '--tools', 'tools.jsonl');
    expect(warned).toMatchObject({ code: 0, stderr: 'allowing.json: ok\n' });
    expect(warned.stdout).toMatch(/^allowing\.json: warning uncovered_tool: the tool "delete_all"/m);
  });

  it('does not check against tools that cannot be read', async () => {
    const ran = await run('check', 'good.json', '--tools', 'nowhere.jsonl');
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/nowhere\.jsonl.*there is no such file/);
  });

  it('reads standard input for "-"', async () => {
    const check = (input: string) => boomgate(['policy', 'check', '-'], { input });
    expect(await check(JSON.stringify(GOOD))).toMatchObject({ code: 0, stderr: 'standard input: ok\n' });
    const wrong = await check(MISSPELT);
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toMatch(/^standard input:4:\d+: error unknown_key: /);
  });

  it('exits 2 for a file that is not there', async () => {
    const ran = await run('check', 'nowhere.json');
    expect(ran.code).toBe(2);
    expect(ran.stdout).toContain('there is no such file');
  });

  it('reports as JSON', async () => {
    const ran = await run('check', 'good.json', 'misspelt.json', '--json');
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject([
      { file: 'good.json', ok: true, problems: [] },
      { file: 'misspelt.json', ok: false, problems: [{ code: 'unknown_key', severity: 'error', line: 4 }] },
    ]);
  });
});

describe('policy fmt', () => {
  it('prints a form that prints as itself', async () => {
    const first = await run('fmt', 'good.json');
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ version: '1', default: 'deny' });
    await writeFile(file('canonical.json'), first.stdout);
    expect((await run('fmt', 'canonical.json')).stdout).toBe(first.stdout);
    expect(await run('fmt', '--check', 'canonical.json')).toMatchObject({ code: 0, stdout: '' });
  });

  it('names what is not canonical, then writes it', async () => {
    await writeFile(file('messy.json'), JSON.stringify(GOOD));
    expect(await run('fmt', '--check', 'messy.json')).toMatchObject({ code: 1, stdout: 'messy.json\n' });
    expect((await run('fmt', '--write', 'messy.json')).code).toBe(0);
    expect(await run('fmt', '--check', 'messy.json')).toMatchObject({ code: 0, stdout: '' });
  });

  it('changes nothing when one of the files is no policy', async () => {
    await writeFile(file('messy.json'), JSON.stringify(GOOD));
    expect((await run('fmt', '--write', 'messy.json', 'misspelt.json')).code).toBe(1);
    const quiet = await run('fmt', '--quiet', 'good.json', 'misspelt.json');
    expect(quiet).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('misspelt.json:4:21'),
    });
    const told = await run('fmt', '--json', 'good.json', 'misspelt.json');
    expect([told.code, told.stderr, JSON.parse(told.stdout)]).toEqual([
      1,
      '',
      [expect.objectContaining({ file: 'misspelt.json', ok: false })],
    ]);
    expect(await readFile(file('messy.json'), 'utf8')).toBe(JSON.stringify(GOOD));
  });

  it.skipIf(process.platform === 'win32')(
    'leaves a file as it is that finds no room on the disk',
    async () => {
      const text = JSON.stringify({
        ...GOOD,
        hide: Array.from({ length: 50 }, (_, at) => `tool_number_${at}`),
      });
      await writeFile(file('long.json'), text, { mode: 0o640 });
      const bounded = ['-c', 'ulimit -f 1 && exec "$0" policy fmt --write long.json', BOOMGATE];
      const env = cleanEnvironment({ NODE_DISABLE_COMPILE_CACHE: '1' });
      const ran = spawnSync('sh', bounded, { cwd: folder.path, env, encoding: 'utf8' });
      expect([ran.status, ran.stderr]).toEqual([2, expect.stringContaining('long.json: cannot be written')]);
      expect(await readFile(file('long.json'), 'utf8')).toBe(text);
      expect((await run('fmt', '--write', 'long.json')).code).toBe(0);
      expect((await stat(file('long.json'))).mode & 0o777).toBe(0o640);
      expect((await readdir(folder.path)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    },
  );

  it.skipIf(process.getuid?.() !== 0)('leaves a file to whose it is', async () => {
    await writeFile(file('theirs.json'), JSON.stringify(GOOD));
    await chown(file('theirs.json'), 1234, 1235);
    expect((await run('fmt', '--write', 'theirs.json')).code).toBe(0);
    expect(await stat(file('theirs.json'))).toMatchObject({ uid: 1234, gid: 1235 });
  });

  it('does not write JSON into a YAML file', async () => {
    const ran = await run('fmt', '--write', 'good.yaml');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('> policy.json');
  });
});

describe('policy simulate', () => {
  const refund = (...args: string[]) => run('simulate', 'good.json', '--tool', 'refund', ...args);

  it('allows and exits 0', async () => {
    const ran = await refund('--args', '{"amount": 5}');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^allow\n/);
    expect(ran.stdout).toContain('counter refund_rate: 0 → 1 of 2');
  });

  it('refuses with the rule and what the agent is told, never the value, and exits 1', async () => {
    await writeFile(file('args.json'), '{"amount": 987654}');
    const ran = await refund('--args', '@args.json');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('/tools/refund/deny_if/args.amount-gt');
    expect(ran.stdout).toContain('agent is told: too much');
    expect(ran.stdout).not.toContain('987654');
  });

  it('shows a limit being reached', async () => {
    const ran = await refund('--args', '{"amount": 5}', '--times', '5');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/^calls 1–2 +allow\ncalls 3–5 +limit +\/tools\/refund\/limits\/refund_rate/);
  });

  it('gives decisions as JSON', async () => {
    expect(JSON.parse((await refund('--json')).stdout)).toMatchObject({ outcome: 'allow', rule: '' });
    const many = JSON.parse((await refund('--json', '--times', '3')).stdout);
    expect(many.map((one: { decision: { outcome: string } }) => one.decision.outcome)).toEqual([
      'allow',
      'allow',
      'limit',
    ]);
  });

  it('knows the labels of the grant', async () => {
    expect((await run('simulate', 'good.json', '--tool', 'vip')).code).toBe(1);
    expect((await run('simulate', 'good.json', '--tool', 'vip', '--grant-label', 'team=vip')).code).toBe(0);
  });

  it.each([
    ['{"a": 1, "a": 2}', 'twice|duplicate'],
    ['[1]', 'expected a JSON object'],
    ['{oops', '--args: line 1, column 2: expected a key in double quotes, found "oops" without quotes'],
    ['@nowhere.json', 'no such file'],
  ])('refuses the arguments %s with exit 2', async (args, message) => {
    const ran = await refund('--args', args);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(new RegExp(message));
  });

  it('holds arguments against the schema, and rules against the class, of a definition that is given', async () => {
    const tools = { delete_row: { validate: { schema: true } } };
    await writeFile(
      file('held.json'),
      JSON.stringify({
        version: '1',
        default: 'deny',
        all_tools: { deny_if: [{ conditions: [{ path: 'tool.class', op: 'eq', value: 'Execute' }] }] },
        tools: { ...tools, run_command: {} },
      }),
    );
    const inputSchema = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] };
    const lines = [{ name: 'delete_row', inputSchema }, { name: 'run_command' }];
    await writeFile(file('tools.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
    const held = (...args: string[]) => run('simulate', 'held.json', '--tools', 'tools.jsonl', ...args);
    expect((await held('--tool', 'delete_row', '--args', '{"id": 1}')).stdout).toMatch(/^allow\n/);
    expect((await held('--tool', 'delete_row', '--args', '{"id": "1"}')).stdout).toContain('/validate');
    expect((await held('--tool', 'run_command')).stdout).toContain('/all_tools/deny_if/tool.class-eq');
    const unknown = await held('--tool', 'nope');
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain(
      'expected a definition of "nope", found those of delete_row, run_command',
    );
  });

  it('does not simulate what is no policy', async () => {
    const ran = await run('simulate', 'misspelt.json', '--tool', 'x');
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('unknown_key');
  });
});

describe('policy test', () => {
  const CASES = [
    'cases:',
    '  - name: small refunds pass',
    '    calls: [{ tool: refund, args: { amount: 5 }, expect: allow }]',
    '  - name: big ones do not',
    '    calls: [{ tool: refund, args: { amount: 500 }, expect: EXPECTED }]',
  ].join('\n');

  it('reports each case and exits 0 when all pass', async () => {
    await writeFile(file('cases.yaml'), CASES.replace('EXPECTED', 'deny'));
    const ran = await run('test', 'cases.yaml', '--policy', 'good.json');
    expect(ran).toMatchObject({ code: 0, stderr: 'passed: 2 of 2\n' });
    expect(ran.stdout).toBe('cases.yaml\n  ok   small refunds pass\n  ok   big ones do not\n');
  });

  it('finds the policy that a case file names, as seen from that file', async () => {
    await mkdir(file('cases'), { recursive: true });
    await writeFile(file('cases/own.yaml'), `policy: ../good.json\n${CASES.replace('EXPECTED', 'deny')}`);
    await writeFile(file('cases/lost.yaml'), `policy: ./none.json\n${CASES}`);
    expect(await run('test', 'cases/own.yaml')).toMatchObject({ code: 0, stderr: 'passed: 2 of 2\n' });
    const lost = await run('test', 'cases/lost.yaml');
    expect(lost.code).toBe(2);
    expect(lost.stderr).toMatch(/none\.json: cannot be read: there is no such file/);
  });

  it('says what a failed case expected and found, and exits 1', async () => {
    await writeFile(file('failing.yaml'), CASES.replace('EXPECTED', 'allow'));
    const ran = await run('test', 'failing.yaml', '--policy', 'good.json');
    expect(ran).toMatchObject({ code: 1, stderr: 'passed: 1 of 2\n' });
    expect(ran.stdout).toMatch(
      /FAIL big ones do not\n +call 1: expected outcome "allow", found "deny" by \/tools\//,
    );
    const json = JSON.parse((await run('test', 'failing.yaml', '--policy', 'good.json', '--json')).stdout);
    expect(json[0].cases.map((one: { ok: boolean }) => one.ok)).toEqual([true, false]);
  });

  it.each([
    ['cases.yaml', [], 1, 'there is no policy'],
    ['cases.yaml', ['--policy', 'misspelt.json'], 2, 'policy check misspelt.json'],
    ['nowhere.yaml', [], 2, 'no such file'],
    ['broken.yaml', [], 2, 'broken.yaml:'],
  ])('of %s with %j exits %i', async (name, args, code, message) => {
    const ran = await run('test', name, ...args);
    expect(ran.code).toBe(code);
    expect(ran.stdout + ran.stderr).toContain(message);
  });
});

describe('policy import', () => {
  const INTERCEPT =
    'version: "1"\ndefault: deny\nhide: [secret]\ntools:\n  refund:\n    rules:\n      - rate_limit: 5/hour\n';

  it('prints a policy on stdout, the notes on stderr, and the policy is one', async () => {
    await writeFile(file('intercept.yaml'), INTERCEPT);
    const ran = await run('import', 'intercept.yaml');
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stderr).toMatch(/^note: /);
    expect(JSON.parse(ran.stdout)).toMatchObject({ version: '1', default: 'deny', hide: ['secret'] });
    await writeFile(file('imported.json'), ran.stdout);
    expect((await run('fmt', '--check', 'imported.json')).code).toBe(0);
  });

  it('writes a file with -o and leaves stdout empty', async () => {
    const ran = await run('import', 'intercept.yaml', '-o', 'out.json', '-q');
    expect(ran).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect((await run('check', 'out.json')).code).toBe(0);
  });

  it('leaves a file that is there as it is', async () => {
    await writeFile(file('in-force.json'), '{}');
    const ran = await run('import', 'intercept.yaml', '-o', 'in-force.json');
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('in-force.json: cannot be written: it already exists; choose another name');
    expect(await readFile(file('in-force.json'), 'utf8')).toBe('{}');
  });

  it.each([
    ['version: "1"\ntools:\n  x:\n    rulez: []\n', 1, /bad\.yaml:\d+:\d+: error unknown_key/],
    ['version: [', 2, /bad\.yaml:\d+:\d+: /],
    ['just a text', 1, /error/],
  ])('refuses %j with exit %i and a place', async (text, code, message) => {
    await writeFile(file('bad.yaml'), text);
    const ran = await run('import', 'bad.yaml', '-o', 'never.json');
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toMatch(message);
    await expect(readFile(file('never.json'))).rejects.toThrow();
  });
});

describe('policy diff', () => {
  const documented = async () => {
    const text = await readFile(new URL('../../../docs/policy.md', import.meta.url), 'utf8');
    const section = text.slice(text.indexOf('## Comparing two versions'));
    const blocks = [...section.matchAll(/^```(json|text)\n([\s\S]*?)^```/gm)].map((match) => match[2] ?? '');
    await writeFile(file('old.json'), blocks[0] ?? '');
    await writeFile(file('new.json'), blocks[1] ?? '');
    return blocks[2];
  };

  it('says what docs/policy.md says, and exits 1 where more is let through', async () => {
    const expected = await documented();
    const ran = await run('diff', 'old.json', 'new.json');
    expect(ran).toEqual({ code: 1, stdout: expected, stderr: '' });
  });

  it('exits 0 where less is let through, in YAML too and among the tools that there are', async () => {
    await documented();
    const less = await run('diff', 'new.json', 'good.yaml', '--json');
    expect([less.code, JSON.parse(less.stdout).widens.verdict]).toEqual([1, 'yes']);
    await writeFile(file('tools.jsonl'), '{"name":"refund","inputSchema":{"type":"object"}}\n');
    const known = await run('diff', 'new.json', 'good.yaml', '--tools', 'tools.jsonl');
    expect(known).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('widens access: no, this is certain'),
    });
    const same = await run('diff', 'good.json', 'good.json');
    expect(same.stdout).toBe('no changes\n\nwidens access: no, this is certain\n');
  });

  it('shows no tool with a class that it has not', async () => {
    const condition = { path: 'tool.class', op: 'eq', value: 'Destructive' };
    const all = { version: '1', default: 'allow' };
    const guarded = { ...all, all_tools: { deny_if: [{ conditions: [condition] }] } };
    await writeFile(file('guarded.json'), JSON.stringify(guarded));
    await writeFile(file('all.json'), JSON.stringify(all));
    const verdictWith = async (name: string) => {
      await writeFile(file('tools.jsonl'), JSON.stringify({ name, inputSchema: { type: 'object' } }));
      const ran = await run('diff', 'guarded.json', 'all.json', '--tools', 'tools.jsonl', '--json');
      return JSON.parse(ran.stdout).widens.verdict;
    };
    expect([await verdictWith('list_files'), await verdictWith('delete_files')]).toEqual(['unknown', 'yes']);
  });

  it('exits 1 and says so where neither is certain', async () => {
    const requiring = (pattern: string) => ({
      version: '1',
      default: 'deny',
      tools: { t: { require: [{ conditions: [{ path: 'args.a', op: 'regex', value: pattern }] }] } },
    });
    await writeFile(file('one.json'), JSON.stringify(requiring('^(a|b)$')));
    await writeFile(file('two.json'), JSON.stringify(requiring('^[ab]$')));
    const ran = await run('diff', 'one.json', 'two.json');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/^widens access: unknown, \d+ calls tried and none shows it/m);
  });

  it.each([
    ['good.json', 'nowhere.json', [], 'there is no such file'],
    ['misspelt.json', 'good.json', [], 'expected two policies, found problems in misspelt.json'],
    ['good.json', 'good.yaml', ['--tools', 'good.yaml'], 'good.yaml:1: expected one JSON object'],
  ])('exits 2 for %s and %s %j', async (before, after, more, message) => {
    const ran = await run('diff', before, after, ...more);
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toContain(message);
  });
});
