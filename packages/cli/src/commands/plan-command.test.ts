import { NAME_LENGTH_MAX } from '@boomgate/contract';
import { describe, expect, it } from 'vitest';
import { type Facts, pathsOf } from '../facts.ts';
import type { Plan } from '../plan/index.ts';
import { textWidth } from '../terminal/index.ts';
import { planCommand } from './index.ts';
import { ENVIRONMENT } from './options.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const DATA = '/home/ada/.local/share/boomgate';

const facts: Facts = {
  env: {},
  platform: 'linux',
  home: '/home/ada',
  cwd: '/work',
  stdout: { isTty: false, columns: 80 },
  stderr: { isTty: false, columns: 80 },
  timeZone: 'UTC',
  nowMs: NOW,
  version: '1.2.3',
  user: 'ada',
  program: { node: '/usr/bin/node', entry: '/opt/boomgate/main.ts' },
};

const plan = (line: string, more: Partial<Facts> = {}): Plan =>
  planCommand(line.split(' '), { ...facts, ...more }).plan;

const SIMULATED = {
  kind: 'policy_simulate',
  policy: 'p.json',
  tool: 't',
  args: { from: 'text', text: '{}' },
  grantLabels: {},
  atMs: NOW,
  times: 1,
};
/** As long as the API takes it. */
const LONG = 'x'.repeat(NAME_LENGTH_MAX);
const MINTED = {
  kind: 'grant_mint',
  name: 'laptop',
  server: 'files',
  labels: {},
  mode: 'enforce',
  data: DATA,
};
const SCAN = {
  kind: 'scan',
  form: 'table',
  failOn: [],
  timeoutMs: 60_000,
  concurrency: 2,
  headers: {},
  allowPrivate: false,
  data: DATA,
};
const ADDRESS = { from: 'url', url: 'https://h/mcp' };
const npm = (spec: string, ...args: readonly string[]) => ({ from: 'npm', spec, args });
const UP = {
  behindProxy: false,
  kind: 'up',
  demo: false,
  opens: false,
  data: DATA,
  logLevel: 'info',
  synchronous: 'normal',
};

describe('the browser of the demo', () => {
  const opens = (line: string, env: Facts['env'], isTty = true): boolean => {
    const made = plan(line, { env, stdout: { isTty, columns: 80 } });
    return made.kind === 'up' && made.opens;
  };
  const DESKTOP = { DISPLAY: ':0' };

  it('opens where somebody sits in front of it, and nowhere else', () => {
    expect(opens('up --demo', DESKTOP)).toBe(true);
    expect(opens('up --demo', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
    expect(opens('up --demo', {})).toBe(false);
    expect(opens('up --demo', { ...DESKTOP, CI: 'true' })).toBe(false);
    expect(opens('up --demo', { ...DESKTOP, SSH_CONNECTION: '1.2.3.4 1 5.6.7.8 22' })).toBe(false);
    expect(opens('up --demo', DESKTOP, false)).toBe(false);
    expect(opens('up --demo --no-open', DESKTOP)).toBe(false);
    expect(opens('up', DESKTOP)).toBe(false);
  });
});

describe('a command is a plan', () => {
  it.each([
    ['up', UP],
    ['up --demo', { ...UP, demo: true, logLevel: 'warn' }],
    ['up --open', { ...UP, opens: true }],
    ['up -c c.json -p 0 --host ::1 -d /d', { ...UP, config: 'c.json', port: 0, host: '::1', data: '/d' }],
    ['grant mint laptop --server files --owner ada@example.com', { ...MINTED, owner: 'ada@example.com' }],
    [
      'grant mint laptop --server files --owner ada@example.com --owner-may-sign-in',
      { ...MINTED, owner: 'ada@example.com', ownerMaySignIn: true },
    ],
    [
      'grant mint laptop --server files --network 10.0.0.0/8 --network 2001:db8::1',
      { ...MINTED, networks: ['10.0.0.0/8', '2001:db8::1'] },
    ],
    ['up --behind-proxy --public-url https://g/', { ...UP, behindProxy: true, publicUrl: 'https://g' }],
    ['doctor --no-probe -d /d', { kind: 'doctor', data: '/d', probes: false, all: false }],
    ['doctor --all', { kind: 'doctor', data: DATA, probes: true, all: true }],
    ['up --api-commands none', { ...UP, apiCommands: 'none' }],
    ['up --workers 64', { ...UP, workers: 64 }],
    ['up --database postgres://h/d', { ...UP, database: 'postgres://h/d' }],
    ['up --database postgres://h/d --migrate', { ...UP, database: 'postgres://h/d', migrates: true }],
    [
      'up --database postgres://h/d --redis rediss://r --workers 2',
      { ...UP, database: 'postgres://h/d', redis: 'rediss://r', workers: 2 },
    ],
    [
      'doctor --database postgres://h/d --redis redis://r',
      {
        kind: 'doctor',
        data: DATA,
        database: 'postgres://h/d',
        redis: 'redis://r',
        ...{ probes: true, all: false },
      },
    ],
    ['migrate --database postgres://h/d', { kind: 'migrate', database: 'postgres://h/d' }],
    [
      'migrate --database postgres://h/d --from old',
      { kind: 'move', data: 'old', database: 'postgres://h/d', keepCounters: false },
    ],
    ['grant list --database postgres://h/d', { kind: 'grant_list', data: DATA, database: 'postgres://h/d' }],
    ['up --synchronous full --log-level silent', { ...UP, synchronous: 'full', logLevel: 'silent' }],
    ['scan https://h/mcp .mcp.json', { ...SCAN, sources: [ADDRESS, { from: 'file', path: '.mcp.json' }] }],
    [
      'scan --sarif -- npx -y x --json --fail-on',
      {
        ...SCAN,
        form: 'sarif',
        sources: [{ from: 'command', command: 'npx', args: ['-y', 'x', '--json', '--fail-on'] }],
      },
    ],
    ['scan --npm a @b/c@1.0.0', { ...SCAN, sources: [npm('a'), npm('@b/c@1.0.0')] }],
    ['scan --npm a -- /tmp', { ...SCAN, sources: [npm('a', '/tmp')] }],
    [
      'scan https://h/mcp --fail-on high --fail-on poisoning --timeout 2m --concurrency 16 --header A=b=c --allow-private',
      {
        ...SCAN,
        sources: [ADDRESS],
        failOn: ['high', 'poisoning'],
        timeoutMs: 120_000,
        concurrency: 16,
        headers: { A: 'b=c' },
        allowPrivate: true,
      },
    ],
    ['approvals list', { kind: 'approval_list', all: false, data: DATA }],
    ['approvals list --all -d /d', { kind: 'approval_list', all: true, data: '/d' }],
    ['approvals show apr_1', { kind: 'approval_show', approval: 'apr_1', data: DATA }],
    [
      'approvals deny apr_1 --note no',
      { kind: 'approval_decide', approval: 'apr_1', verdict: 'deny', note: 'no', by: 'ada', data: DATA },
    ],
    ['webhooks list -n 3', { kind: 'webhook_list', limit: 3, data: DATA }],
    ['classify tools.jsonl', { kind: 'classify', file: 'tools.jsonl' }],
    ['catalogue show s --tools t.jsonl', { kind: 'catalogue_page', server: 's', tools: 't.jsonl' }],
    ['catalogue show s t --tools -', { kind: 'catalogue_page', server: 's', tool: 't', tools: '-' }],
    ['drift list', { kind: 'drift_list', data: DATA }],
    ['drift list -s files -d /d', { kind: 'drift_list', data: '/d', server: 'files' }],
    [
      'drift show s t -c c.json',
      { kind: 'drift_show', data: DATA, server: 's', tool: 't', config: 'c.json' },
    ],
    ['agents stop', { kind: 'agents', verb: 'stop', data: DATA }],
    [
      'people remove-second-factor Ann@Acme.example',
      { kind: 'people_second_factor', email: 'ann@acme.example', data: DATA },
    ],
    ['organizations list', { kind: 'organization_list', data: DATA }],
    [
      'organizations remove Labs --confirm Labs',
      { kind: 'organization_remove', organization: 'Labs', repeated: 'Labs', data: DATA },
    ],
    ['organizations remove Labs', { kind: 'organization_remove', organization: 'Labs', data: DATA }],
    [
      'people invite Bob@Acme.example viewer --organization Acme --url https://g.example',
      {
        kind: 'people_invite',
        email: 'bob@acme.example',
        role: 'viewer',
        organization: 'Acme',
        url: 'https://g.example',
        data: DATA,
      },
    ],
    ['people list', { kind: 'people_list', data: DATA }],
    [
      'people set-role Bob@Acme.example admin --organization Acme',
      { kind: 'people_set_role', email: 'bob@acme.example', role: 'admin', organization: 'Acme', data: DATA },
    ],
    [
      'people change-email Ann@Acme.example Ann.Smith@Acme.example',
      {
        kind: 'people_change_email',
        email: 'ann@acme.example',
        next: 'ann.smith@acme.example',
        data: DATA,
      },
    ],
    [
      'people remove Ann@Acme.example',
      { kind: 'people_remove', email: 'ann@acme.example', yes: false, data: DATA },
    ],
    [
      'people remove a@acme.example -y',
      { kind: 'people_remove', email: 'a@acme.example', yes: true, data: DATA },
    ],
    ['servers list', { kind: 'server_list', data: DATA }],
    ['servers list -c c.json', { kind: 'server_list', config: 'c.json', data: DATA }],
    ['servers restart s', { kind: 'server_restart', server: 's', data: DATA }],
    ['agents show -d /d', { kind: 'agents', verb: 'show', data: '/d' }],
    [
      'drift accept s t --fingerprint 0123456789abcdef',
      { kind: 'drift_accept', data: DATA, server: 's', tool: 't', fingerprint: '0123456789abcdef' },
    ],
    [
      'drift accept s --all --fingerprint 0123456789abcdef',
      { kind: 'drift_accept', data: DATA, server: 's', fingerprint: '0123456789abcdef' },
    ],
    ['catalogue', { kind: 'index_size', data: DATA }],
    ['catalogue -d /d', { kind: 'index_size', data: '/d' }],
    ['catalogue show s t', { kind: 'index_page', server: 's', tool: 't', data: DATA }],
    ['catalogue show s -d /d', { kind: 'index_page', server: 's', data: '/d' }],
    [
      'catalogue search cancel job --class destructive -n 5',
      { kind: 'index_search', words: 'cancel job', class: 'Destructive', limit: 5, data: DATA },
    ],
    [
      'catalogue search --server s --severity HIGH',
      { kind: 'index_search', words: '', server: 's', severity: 'High', limit: 20, data: DATA },
    ],
    [
      'catalogue import f.gz',
      { kind: 'index_import', from: { file: 'f.gz' }, allowPrivate: false, data: DATA },
    ],
    [
      'catalogue import https://r.example --allow-private -d /d',
      { kind: 'index_import', from: { url: 'https://r.example' }, allowPrivate: true, data: '/d' },
    ],
    ['catalogue attacks ssrf', { kind: 'attack_page', attack: 'ssrf' }],
    ['classify - --json', { kind: 'classify', file: '-' }],
    ['audit verify', { kind: 'audit_verify', data: DATA }],
    [
      `audit verify -d /d --head 7:${'a'.repeat(64)}`,
      { kind: 'audit_verify', data: '/d', head: { decisions: { link: 7, hash: 'a'.repeat(64) } } },
    ],
    [
      `audit verify --head 7:${'a'.repeat(64)},8:${'b'.repeat(64)}`,
      {
        kind: 'audit_verify',
        data: DATA,
        head: {
          decisions: { link: 7, hash: 'a'.repeat(64) },
          audit: { link: 8, hash: 'b'.repeat(64) },
        },
      },
    ],
    ['audit accept ab12 --reason fault', { kind: 'audit_accept', data: DATA, code: 'ab12', reason: 'fault' }],
    ['audit list', { kind: 'audit_list', data: DATA, limit: 50, filter: {} }],
    [
      'audit list --actor ada --action grant -n 5',
      { kind: 'audit_list', data: DATA, limit: 5, filter: { actor: 'ada', action: 'grant' } },
    ],
    [
      'audit export f --format csv --target laptop',
      { kind: 'audit_export', data: DATA, file: 'f', format: 'csv', filter: { target: 'laptop' } },
    ],
    [
      'log --export - --text etc --outcome deny',
      {
        kind: 'log_export',
        data: DATA,
        file: '-',
        format: 'ndjson',
        filter: { text: 'etc', outcome: 'deny' },
      },
    ],
    ['log --export a.csv', { kind: 'log_export', data: DATA, file: 'a.csv', format: 'csv', filter: {} }],
    [
      'log -f --cursor-file c --server s',
      { kind: 'log_forward', data: DATA, cursorFile: 'c', follow: true, filter: { server: 's' } },
    ],
    [
      'audit list --cursor-file c --action grant',
      {
        kind: 'audit_forward',
        data: DATA,
        cursorFile: 'c',
        follow: false,
        filter: { action: 'grant' },
      },
    ],
    ['audit export A.CSV', { kind: 'audit_export', data: DATA, file: 'A.CSV', format: 'csv', filter: {} }],
    [
      'log --export a.csv --format ndjson',
      { kind: 'log_export', data: DATA, file: 'a.csv', format: 'ndjson', filter: {} },
    ],
    ['backup f', { kind: 'backup', data: DATA, file: 'f' }],
    ['backup f --passphrase-file p -d /d', { kind: 'backup', data: '/d', file: 'f', passphraseFile: 'p' }],
    [
      'restore f',
      { kind: 'restore', data: DATA, file: 'f', force: false, keepCounters: false, acceptFindings: false },
    ],
    [
      'restore f --force --keep-counters --accept-findings',
      { kind: 'restore', data: DATA, file: 'f', force: true, keepCounters: true, acceptFindings: true },
    ],
    [
      'grant mint laptop --stack files=safe --stack mail=strict',
      { ...MINTED, server: '', stack: { files: 'safe', mail: 'strict' } },
    ],
    ['policy check a.json b.yaml', { kind: 'policy_check', files: ['a.json', 'b.yaml'] }],
    ['policy check -', { kind: 'policy_check', files: ['-'] }],
    ['policy check a.json --tools t.jsonl', { kind: 'policy_check', files: ['a.json'], tools: 't.jsonl' }],
    ['policy fmt a.json', { kind: 'policy_format', files: ['a.json'], mode: 'print' }],
    ['policy fmt --check a.json', { kind: 'policy_format', files: ['a.json'], mode: 'check' }],
    ['policy fmt a.json --write', { kind: 'policy_format', files: ['a.json'], mode: 'write' }],
    ['policy test c.yaml', { kind: 'policy_test', files: ['c.yaml'] }],
    ['policy test c.yaml --policy p.json', { kind: 'policy_test', files: ['c.yaml'], policy: 'p.json' }],
    ['policy simulate p.json -t t', SIMULATED],
    ['policy simulate p.json -t t -a @a.json', { ...SIMULATED, args: { from: 'file', path: 'a.json' } }],
    [
      'policy simulate --grant-label a=1 --grant-label b=x=y p.json --tool t',
      { ...SIMULATED, grantLabels: { a: '1', b: 'x=y' } },
    ],
    [
      'policy simulate p.json -t t --at 2026-01-02T03:04:05+01:00 -n 10000',
      { ...SIMULATED, atMs: Date.parse('2026-01-02T02:04:05Z'), times: 10_000 },
    ],
    ['policy diff a.json b.yaml', { kind: 'policy_diff', before: 'a.json', after: 'b.yaml' }],
    ['policy diff a b --tools -', { kind: 'policy_diff', before: 'a', after: 'b', tools: '-' }],
    ['policy import i.yaml', { kind: 'policy_import', file: 'i.yaml', from: 'intercept' }],
    [
      'policy import i.yaml -o p.json',
      { kind: 'policy_import', file: 'i.yaml', from: 'intercept', out: 'p.json' },
    ],
    ['grant mint laptop --server files', MINTED],
    [`grant mint ${LONG} --server files`, { ...MINTED, name: LONG }],
    ['policy list -d d', { kind: 'policy_list', data: 'd' }],
    [
      'grant mint laptop -s files --policy safe --label team=x --expires 30d --mode observe',
      {
        ...MINTED,
        policy: 'safe',
        labels: { team: 'x' },
        expiresAtMs: NOW + 30 * 86_400_000,
        mode: 'observe',
      },
    ],
    ['grant list --data /d', { kind: 'grant_list', data: '/d' }],
    ['grant revoke laptop', { kind: 'grant_state', grant: 'laptop', state: 'revoked', data: DATA }],
    ['grant pause laptop', { kind: 'grant_state', grant: 'laptop', state: 'paused', data: DATA }],
    ['grant resume laptop', { kind: 'grant_state', grant: 'laptop', state: 'active', data: DATA }],
    ['log', { kind: 'log', data: DATA, follow: false, limit: 50, filter: {} }],
    [
      'log -f --server s --grant g --tool t --outcome deny --method tools/call --address 2001:DB8:0::1 --since 10m --limit 5',
      {
        kind: 'log',
        data: DATA,
        follow: true,
        limit: 5,
        filter: {
          server: 's',
          grant: 'g',
          target: 't',
          outcome: 'deny',
          method: 'tools/call',
          address: '2001:db8::1',
          sinceMs: NOW - 600_000,
        },
      },
    ],
    [
      'log --secrets --limit 1',
      { kind: 'log', data: DATA, follow: false, limit: 1, filter: { secrets: 'seen' } },
    ],
    [
      'run --server s --token-file f',
      { kind: 'bridge', endpoint: 'http://127.0.0.1:7411/mcp/s', token: { from: 'file', path: 'f' } },
    ],
    [
      'run --stack --token-file f',
      { kind: 'bridge', endpoint: 'http://127.0.0.1:7411/mcp/', token: { from: 'file', path: 'f' } },
    ],
    [
      // As a file of a client has it, which no shell reads.
      'run --server s --token-file ~/.config/f',
      {
        kind: 'bridge',
        endpoint: 'http://127.0.0.1:7411/mcp/s',
        token: { from: 'file', path: '/home/ada/.config/f' },
      },
    ],
    [
      'run --server s --identity-file f --url https://gate.example/base',
      {
        kind: 'bridge',
        endpoint: 'https://gate.example/base/mcp-oauth/s/',
        token: { from: 'workload', path: 'f', exchange: 'https://gate.example/base/oauth/exchange' },
      },
    ],
    [
      'run --stack --identity-file ~/f --grant g',
      {
        kind: 'bridge',
        endpoint: 'http://127.0.0.1:7411/mcp-oauth/',
        token: {
          from: 'workload',
          path: '/home/ada/f',
          exchange: 'http://127.0.0.1:7411/oauth/exchange',
          grant: 'g',
        },
      },
    ],
    ['connect', { kind: 'connect_list', signIn: false }],
    ['connect --sign-in', { kind: 'connect_list', signIn: true }],
    [
      'connect claude-code --server s --sign-in',
      {
        kind: 'connect_sign_in',
        client: 'claude-code',
        managed: false,
        data: DATA,
        server: 's',
        serverKnown: true,
      },
    ],
    [
      // Nothing else leads there: it sends no header.
      'connect chatgpt --stack --url https://gate.example',
      {
        kind: 'connect_sign_in',
        client: 'chatgpt',
        managed: false,
        server: '',
        serverKnown: true,
        data: DATA,
        url: 'https://gate.example',
      },
    ],
    [
      'connect claude-code --managed --stack --url https://gate.example',
      {
        kind: 'connect_sign_in',
        client: 'claude-code',
        managed: true,
        server: '',
        serverKnown: true,
        data: DATA,
        url: 'https://gate.example',
      },
    ],
    [
      'connect cursor --stack -d /d',
      { kind: 'connect', client: 'cursor', server: '', serverKnown: true, data: '/d' },
    ],
    [
      'connect cursor --server s --url https://gate.example/x/',
      {
        kind: 'connect',
        client: 'cursor',
        server: 's',
        serverKnown: true,
        data: DATA,
        url: 'https://gate.example/x',
      },
    ],
    ['--version', { kind: 'say', text: '1.2.3' }],
  ])('%s', (line, expected) => {
    expect(plan(line)).toEqual(expected);
  });

  it('takes the token of a bridge by reference only, so that a printed plan holds none', () => {
    const made = plan('run --server s', { env: { BOOMGATE_GRANT: 'secret-token' } });
    expect(made).toMatchObject({ token: { from: 'environment', variable: 'BOOMGATE_GRANT' } });
    expect(JSON.stringify(made)).not.toContain('secret-token');
  });
});

describe('wrong use is a plan too', () => {
  it.each([
    'run SECRET',
    'keys seal a SECRET',
    'run --token=SECRET',
    'run -tSECRET',
    "run --token='a\nSECRET",
  ])('%j is told without what may be a secret', (line) => {
    const made = plan(line);
    expect(made.kind).toBe('wrong_use');
    expect(JSON.stringify(made)).not.toContain('SECRET');
  });

  it.each([
    ['frobnicate', 'unknown command \'frobnicate\'; see "boomgate --help"'],
    ['polcy check x', '(Did you mean policy?)'],
    ['up --prot 1', '(Did you mean --port?)'],
    ['up extra', 'too many arguments for \'up\': expected 0, found 1; see "boomgate up --help"'],
    ['up --confg=c', "unknown option '--confg'\n(Did you mean --config?)"],
    ['up --migrate', 'expected --database with --migrate'],
    ['up --demo --database postgres://h/d', 'expected --demo without --database'],
    ['up --redis redis://r', '--redis needs --database: on one machine the data folder counts by itself'],
    ['doctor --redis redis://r', '--redis needs --database'],
    ['grant list --redis redis://r', 'unknown option \'--redis\'; see "boomgate grant list --help"'],
    ['migrate', 'expected --database URL, or BOOMGATE_DATABASE'],
    ['migrate --from old', 'expected --database URL, or BOOMGATE_DATABASE'],
    ['migrate --keep-counters --database postgres://h/d', 'expected --from DIR with --keep-counters'],
    ['backup f --database postgres://h/d', 'pg_dump'],
    ['restore f --database postgres://h/d', 'pg_restore'],
    ['keys seal --plain --database postgres://h/d', 'expected --plain without --database'],
    ['up --workers 65', 'a whole number from 1 to 64, found "65"'],
    ['up --port 65536', 'a whole number from 0 to 65535, found "65536"'],
    ['up --port -1', 'found "-1"'],
    ['up --port', 'argument missing'],
    ['up --demo --config c', 'found both'],
    ['up --log-level loud', 'one of silent, error, warn, info, found "loud"'],
    ['policy', 'expected a command'],
    ['frobnicate --help', 'unknown command \'frobnicate\'; see "boomgate --help"'],
    ['grant frobnicate -h', 'unknown command \'frobnicate\'; see "boomgate grant --help"'],
    ['help polcy', '(Did you mean policy?)'],
    ['policy check', 'missing required argument \'files\'; see "boomgate policy check --help"'],
    ['policy diff a.json', 'missing required argument'],
    ['policy fmt --check --write x', 'found both'],
    ['policy simulate p.json', '--tool NAME'],
    ['policy simulate p.json -t t -n 10001', 'from 1 to 10000'],
    ['policy simulate p.json -t t --at yesterday', 'a moment such as'],
    ['policy simulate p.json -t t --grant-label a', 'a label such as'],
    ['policy simulate p.json -t t --grant-label a=1 --grant-label a=2', 'found "a" twice'],
    ['policy import x --from other', 'one of intercept'],
    [`grant mint ${'x'.repeat(NAME_LENGTH_MAX + 1)} --server s`, `1 to ${NAME_LENGTH_MAX} characters`],
    ['grant mint laptop --server s --owner-may-sign-in', '--owner EMAIL'],
    ...['10.0.0.0/33', '10.0.0.0/08', '10.0.0/8', 'fe80::1%eth0', '::/129', '10.0.0.1-10.0.0.9', ''].map(
      (network): [string, string] => [
        `grant mint laptop --server s --network=${network}`,
        'an address or a network, such as',
      ],
    ),
    ['grant mint laptop', '--server NAME'],
    ['grant mint laptop --server ../x', 'letters, digits'],
    ['grant mint laptop --server s --expires 2020-01-01', 'still to come'],
    ['grant mint laptop --server s --expires 3651d', 'at most 3650d'],
    ['log --limit 0', 'from 1 to 10000'],
    ['log --address 10.0.0.0/8', 'an address, such as'],
    ['log --outcome denied', 'one of allow, deny'],
    ['run --server s', 'BOOMGATE_GRANT'],
    ['run', '--server NAME'],
    ['run --stack --server s', 'cannot be used with'],
    ['connect cursor --stack --server s', 'cannot be used with'],
    ['policy fmt --write -', 'expected files to change, found "-"'],
    ['policy check - --tools -', 'standard input can be read only once'],
    ['policy check - -', 'standard input can be read only once'],
    ['policy fmt - a.json -', 'standard input can be read only once'],
    ['policy test - --policy -', 'standard input can be read only once'],
    ['policy simulate - -t t --tools -', 'standard input can be read only once'],
    ['policy diff - -', 'standard input can be read only once'],
    ['policy diff a.json - --tools -', 'standard input can be read only once'],
    ['scan', 'expected an address, a file or "-- COMMAND"'],
    ['scan --npm', 'expected the name of an npm package'],
    ['scan --npm a b -- /tmp', 'expected one package when arguments follow'],
    ['scan x --sarif --policy', 'found both'],
    ['scan x --timeout 61m', 'at most 1h'],
    ['scan x --concurrency 17', 'from 1 to 16'],
    ['scan x --fail-on severe', 'one of low, medium, high, critical, poisoning'],
    ['log --cursor-file c -n 5', 'without --limit'],
    ['log --secrets --tail', 'expected --cursor-file FILE with --secrets and --tail'],
    ['log --cursor-file c --export f', 'without --tail, --limit and --cursor-file'],
    ['audit list --cursor-file c -n 5', 'without --limit'],
    ['audit list --tail', 'expected --cursor-file FILE with --tail'],
    ['connect curser', 'did you mean cursor?'],
    ['connect claud-ai', 'did you mean claude-ai?'],
    ['connect cline --sign-in', 'expected one of claude-code'],
    ['connect cline --sign-in', 'found "cline"; it presents a token: leave out --sign-in'],
    ['connect goose --sign-in', 'found "goose"'],
    ['connect cursor --url http://gate.example', 'expected https'],
    ['connect cursor --url ftp://x', 'an http or https URL'],
    ['connect cursor --url https://u:p@x', 'without user name'],
  ])('%s', (line, message) => {
    const made = plan(line);
    expect(made).toMatchObject({ kind: 'wrong_use' });
    expect(made.kind === 'wrong_use' && made.message).toContain(message);
  });

  it.each([
    'policy check - --tools t.jsonl',
    'policy check a.json --tools -',
    'policy test - --policy p.json',
    'policy simulate - -t t --tools t.jsonl',
    'policy diff - b.json --tools t.jsonl',
  ])('takes standard input for one file: %s', (line) => {
    expect(plan(line).kind).not.toBe('wrong_use');
  });

  it('says once what was found, and for which option', () => {
    const message = '--port: expected a whole number from 0 to 65535, found "abc"';
    expect(plan('up -p abc')).toEqual({ kind: 'wrong_use', message });
  });

  it.each([
    ['https://u:hunter2@h', 'without user name'],
    ['https://u:hunter2@h:99999', 'found something else (it is not repeated'],
    ['ftp://u:hunter2@h', 'found something else (it is not repeated'],
    ['https://h/?key=hunter2', 'without user name'],
  ])('does not repeat what may be secret in %s', (url, message) => {
    for (const made of [plan(`up --public-url ${url}`), plan('up', { env: { BOOMGATE_PUBLIC_URL: url } })]) {
      expect(made).toMatchObject({ kind: 'wrong_use', message: expect.stringContaining(message) });
      expect(made).toMatchObject({
        message: expect.stringMatching(/^(--public-url|BOOMGATE_PUBLIC_URL): e/),
      });
      expect(JSON.stringify(made)).not.toContain('hunter2');
    }
  });
});

describe('flags go before the environment', () => {
  it('takes a variable where no flag is given', () => {
    expect(
      plan('up', { env: { BOOMGATE_PORT: '1', BOOMGATE_DATA: '/e', BOOMGATE_WORKERS: '2' } }),
    ).toMatchObject({
      port: 1,
      workers: 2,
      data: '/e',
    });
    expect(
      plan('connect cursor', { env: { BOOMGATE_URL: 'https://g', BOOMGATE_SERVER: 's' } }),
    ).toMatchObject({
      url: 'https://g',
      server: 's',
    });
  });

  it.each([
    ['1', true],
    ['false', false],
  ])('takes the switch %s for %s', (value, behindProxy) => {
    expect(plan('up', { env: { BOOMGATE_BEHIND_PROXY: value } })).toMatchObject({ behindProxy });
  });

  it.each([
    ['BOOMGATE_DATA', '/e '],
    ['BOOMGATE_DATA', ' '],
    ['BOOMGATE_CONFIG', '/c.json\r'],
    ['BOOMGATE_HOST', ' 127.0.0.1'],
  ])('takes no blanks at the ends of %s: %j', (name, value) => {
    expect(plan('up', { env: { [name]: value } })).toMatchObject({
      kind: 'wrong_use',
      message: `${name}: expected no blanks at its ends, found ${JSON.stringify(value)}`,
    });
  });

  it('takes the flag where both are given', () => {
    expect(plan('up --port 2', { env: { BOOMGATE_PORT: '1' } })).toMatchObject({ port: 2 });
  });

  it.each([
    ['connect cursor --stack', { server: '' }],
    ['run --stack --token-file f', { endpoint: 'http://127.0.0.1:7411/mcp/' }],
  ])('takes a stack that is asked for before the server of the environment: %s', (line, expected) => {
    expect(plan(line, { env: { BOOMGATE_SERVER: 's' } })).toMatchObject(expected);
  });

  it('takes the database of the environment for every command that opens a store', () => {
    const env = { BOOMGATE_DATABASE: 'postgres://h/d' };
    for (const line of [
      'up',
      'log',
      'audit verify',
      'approvals list',
      'drift list',
      'doctor',
      'stack',
      'catalogue',
    ])
      expect(plan(line, { env })).toMatchObject({ database: 'postgres://h/d' });
    expect(plan('backup f', { env })).toMatchObject({ kind: 'wrong_use' });
  });

  it('takes the Redis of the environment for a gateway and its doctor, and leaves all others alone', () => {
    const env = { BOOMGATE_DATABASE: 'postgres://h/d', BOOMGATE_REDIS: 'redis://r' };
    for (const line of ['up', 'doctor']) expect(plan(line, { env })).toMatchObject({ redis: 'redis://r' });
    for (const line of ['log', 'grant list', 'migrate', 'connect cursor --stack']) {
      const made = plan(line, { env });
      expect(made.kind).not.toBe('wrong_use');
      expect(made).not.toHaveProperty('redis');
    }
    expect(plan('up', { env: { BOOMGATE_REDIS: 'redis://r' } })).toMatchObject({ kind: 'wrong_use' });
  });

  it('takes an empty variable for an absent one', () => {
    expect(plan('up', { env: { BOOMGATE_PORT: '' } })).toEqual(UP);
  });

  it('names the variable whose value does not fit', () => {
    const made = plan('up', { env: { BOOMGATE_PORT: 'x' } });
    expect(made).toMatchObject({
      kind: 'wrong_use',
      message: expect.stringMatching(/^BOOMGATE_PORT: .*found "x"/),
    });
  });
});

describe('how results are shown', () => {
  const show = (line: string, env: Facts['env'], isTty: boolean) =>
    planCommand(line.split(' '), { ...facts, env, stdout: { isTty, columns: 120 } });

  it.each([
    ['connect', {}, true, true],
    ['connect', {}, false, false],
    ['connect --no-color', { FORCE_COLOR: '1' }, true, false],
    ['connect', { NO_COLOR: '1' }, true, false],
    // As no-color.org has it.
    ['connect', { NO_COLOR: '' }, true, true],
    ['connect', { CI: 'true' }, true, false],
    ['connect', { TERM: 'dumb' }, true, false],
    ['connect', { FORCE_COLOR: '1', CI: 'true' }, false, true],
    ['connect', { FORCE_COLOR: '0' }, true, false],
  ])('%s with %j on a terminal %s is coloured: %s', (line, env, isTty, expected) => {
    expect(show(line, env, isTty).show.colour.stdout).toBe(expected);
  });

  it('takes --json, --quiet and --dry-run before and after the command', () => {
    for (const line of ['--json --quiet --dry-run connect', 'connect --json -q --dry-run']) {
      expect(show(line, {}, false)).toMatchObject({ dryRun: true, show: { json: true, quiet: true } });
    }
  });
});

describe('help', () => {
  const COMMANDS = ['', 'up', 'policy', 'policy check', 'policy fmt', 'policy test', 'policy simulate'];
  const MORE = [
    'policy diff',
    'policy import',
    'policy list',
    'grant',
    'grant mint',
    'grant list',
    'grant revoke',
    'log',
    'run',
    'connect',
    'stack',
    'classify',
    'keys',
    'catalogue search',
    'scan',
    'doctor',
  ];

  it.each([...COMMANDS, ...MORE])(
    'of "%s" begins with examples where there are any and fits 80 columns',
    (name) => {
      const made = plan(`${name} --help`.trim());
      if (made.kind !== 'say') throw new Error('expected help');
      expect(made.text).toContain(`Usage: boomgate ${name}`.trim());
      for (const line of made.text.split('\n')) expect(textWidth(line), line).toBeLessThanOrEqual(80);
    },
  );

  it('is no wider than the terminal', () => {
    const made = plan('grant mint --help', { stdout: { isTty: true, columns: 60 } });
    if (made.kind !== 'say') throw new Error('expected help');
    for (const line of made.text.slice(made.text.indexOf('Usage')).split('\n'))
      expect(textWidth(line), line).toBeLessThanOrEqual(60);
  });

  it('is what the bare command says, with examples first and the exit codes', () => {
    const made = planCommand([], facts).plan;
    if (made.kind !== 'say') throw new Error('expected help');
    expect(made.text).toMatch(/^Examples:/);
    expect(made.text).toContain('1  findings');
    for (const variable of Object.values(ENVIRONMENT))
      expect(made.text, variable).toMatch(new RegExp(`_${variable.replace('BOOMGATE_', '')}\\b`));
  });

  it.each([
    ['help', ''],
    ['help grant', 'grant --help'],
    ['help grant mint', 'grant mint --help'],
    ['grant mint laptop --help', 'grant mint --help'],
    ['connect claude-code --help', 'connect --help'],
    ['stack x --help', 'stack --help'],
    ['run --server s --help -- x', 'run --help'],
  ])('is what "%s" asks for', (words, same) => {
    const made = plan(words);
    expect(made.kind).toBe('say');
    expect(made).toEqual(planCommand(same.split(' ').filter(Boolean), facts).plan);
  });

  it('of a group offers no command that only prints help', () => {
    for (const group of ['keys', 'grant', 'policy']) {
      const made = plan(`${group} --help`);
      if (made.kind !== 'say') throw new Error('expected help');
      expect(made.text).not.toContain('help [command]');
    }
  });
});

describe('the data folder', () => {
  it.each([
    ['linux', '/home/ada', {}, '/home/ada/.local/share/boomgate'],
    ['linux', '/home/ada', { XDG_DATA_HOME: '/x' }, '/x/boomgate'],
    ['linux', '/home/ada', { XDG_DATA_HOME: 'relative' }, '/home/ada/.local/share/boomgate'],
    ['darwin', '/Users/ada', {}, '/Users/ada/Library/Application Support/boomgate'],
    ['win32', 'C:\\Users\\ada', { LOCALAPPDATA: 'D:\\L' }, 'D:\\L\\boomgate'],
    ['win32', 'C:\\Users\\ada', {}, 'C:\\Users\\ada\\AppData\\Local\\boomgate'],
  ] as const)('on %s with home %s and %j is %s', (platform, home, env, expected) => {
    expect(plan('grant list', { platform, home, env })).toEqual({ kind: 'grant_list', data: expected });
    expect(pathsOf({ platform }).isAbsolute(expected)).toBe(true);
  });
});
