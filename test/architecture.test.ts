import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, ROOT, type Source, sources } from './sources.ts';

/** Which packages a package may import, beside itself. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  catalogue: ['@boomgate/engine'],
  functions: ['@boomgate/engine'],
  contract: ['@boomgate/engine', '@boomgate/catalogue'],
  server: ['@boomgate/engine', '@boomgate/functions', '@boomgate/catalogue', '@boomgate/contract'],
  cli: ['@boomgate/engine', '@boomgate/catalogue', '@boomgate/contract', '@boomgate/server'],
  dashboard: ['@boomgate/engine', '@boomgate/functions', '@boomgate/catalogue', '@boomgate/contract'],
  'comfyui-mcp': [],
};

/**
 * Which rooms of a package a room may import, beside itself. Files directly under `src` may import all; those that rooms
 * may import are named.
 */
const ROOMS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  dashboard: {
    ui: [],
    words: ['ui'],
    engine: [],
    editor: ['ui'],
    app: ['ui'],
    builder: [],
    'try-it': ['engine', 'ui', 'words'],
    'without-server': ['engine'],
    pages: ['app', 'builder', 'engine', 'editor', 'try-it', 'ui', 'words'],
  },
  server: {
    limits: [],
    telemetry: ['limits'],
    functions: [],
    approvals: ['limits'],
    store: ['limits', 'approvals', 'kept.ts', 'sequence.ts', 'turns.ts'],
    mail: ['limits'],
    identity: ['limits', 'public-keys.ts', 'store'],
    upstreams: ['limits', 'store', 'budget.ts', 'reading-turns.ts'],
    snapshots: ['limits', 'store', 'upstreams'],
    webhooks: ['limits', 'store'],
    'sign-on': ['limits'],
    workloads: ['limits', 'sign-on'],
    directory: ['limits', 'sign-on'],
    'agent-sign-in': ['limits', 'sequence.ts', 'store', 'identity', 'workloads'],
    'server-sign-in': ['limits', 'store', 'upstreams', 'sign-on'],
    config: [
      'limits',
      'public-keys.ts',
      'functions',
      'approvals',
      'store',
      'identity',
      'upstreams',
      'webhooks',
      'mail',
      'sign-on',
      'workloads',
      'file-faults.ts',
    ],
    clients: ['file-faults.ts'],
    routing: ['clients', 'config', 'store', 'upstreams'],
    proxy: [
      'limits',
      'approvals',
      'store',
      'identity',
      'telemetry',
      'upstreams',
      'snapshots',
      'secrets',
      'budget.ts',
      'reading-turns.ts',
    ],
    secrets: ['turns.ts'],
    comparison: ['limits', 'functions'],
    replay: ['limits', 'store', 'turns.ts'],
    workers: [
      'limits',
      'approvals',
      'functions',
      'store',
      'identity',
      'telemetry',
      'upstreams',
      'snapshots',
      'proxy',
      'http-server',
      'version.ts',
    ],
    control: [
      'limits',
      'approvals',
      'comparison',
      'replay',
      'budget.ts',
      'sequence.ts',
      'turns.ts',
      'store',
      'identity',
      'upstreams',
      'mail',
      'sign-on',
      'directory',
      'server-sign-in',
      'agent-sign-in',
    ],
    'http-server': ['limits', 'identity'],
    'in-force': [
      'limits',
      'config',
      'control',
      'functions',
      'proxy',
      'server-sign-in',
      'snapshots',
      'store',
      'upstreams',
      'workloads',
      'gateway-options.ts',
      'sequence.ts',
      'version.ts',
    ],
    entrance: [
      'limits',
      'http-server',
      'in-force',
      'proxy',
      'store',
      'telemetry',
      'upstreams',
      'workers',
      'exposure.ts',
      'gateway-options.ts',
    ],
    front: ['agent-sign-in', 'in-force', 'proxy', 'store', 'turns.ts'],
    metrics: [
      'approvals',
      'entrance',
      'front',
      'http-server',
      'identity',
      'in-force',
      'proxy',
      'telemetry',
      'gateway-options.ts',
      'version.ts',
    ],
    upkeep: [
      'limits',
      'approvals',
      'config',
      'control',
      'entrance',
      'identity',
      'proxy',
      'snapshots',
      'store',
      'telemetry',
      'webhooks',
    ],
    contexts: [
      'limits',
      'agent-sign-in',
      'approvals',
      'catalogue',
      'comparison',
      'config',
      'control',
      'entrance',
      'functions',
      'identity',
      'in-force',
      'mail',
      'proxy',
      'routing',
      'sign-on',
      'store',
      'telemetry',
      'upkeep',
      'upstreams',
      'webhooks',
      'workloads',
      'exposure.ts',
      'gateway-options.ts',
      'budget.ts',
      'sequence.ts',
      'version.ts',
    ],
    demo: ['limits', 'store', 'identity', 'server.ts'],
    catalogue: ['store', 'upstreams', 'file-faults.ts', 'version.ts'],
    scan: ['upstreams'],
  },
  'comfyui-mcp': {
    comfy: ['limits.ts', 'error.ts'],
    workflow: ['limits.ts', 'error.ts'],
    files: ['limits.ts', 'error.ts'],
    jobs: ['limits.ts', 'comfy'],
    library: ['limits.ts', 'error.ts', 'files', 'workflow'],
    tools: ['limits.ts', 'error.ts', 'config.ts', 'comfy', 'workflow', 'files', 'jobs', 'library'],
    serve: ['limits.ts'],
  },
};

const all = sources();
const packageOf = (path: string): string => path.split('/')[1] ?? '';
const roomOf = (path: string): string => path.split('/')[3] ?? '';

describe('the arrows between packages', () => {
  it.each(Object.keys(PACKAGES))('%s imports only what it may', (name) => {
    const allowed = new Set([...(PACKAGES[name] ?? [])]);
    const wrong = filesOf(name).flatMap((source) =>
      importsOf(source)
        .filter((target) => target.startsWith('packages/') && packageOf(target) !== name)
        .concat(
          importsOf(source).filter(
            (target) => isWorkspace(target) && !allowed.has(target.split('/').slice(0, 2).join('/')),
          ),
        )
        .map((target) => `${source.path} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('names every package in the table', () => {
    expect([...new Set(all.map((source) => packageOf(source.path)))].sort()).toEqual(
      Object.keys(PACKAGES).sort(),
    );
  });
});

describe.each([
  ['engine', []],
  ['catalogue', ['@boomgate/engine']],
])('the %s is pure', (name, imported) => {
  const IMPURE =
    /\b(?:Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|queueMicrotask|process\.|globalThis\.|async |await |Promise\b|console\.)/;

  it(`imports nothing but itself ${imported.join(' ')}`.trim(), () => {
    const foreign = filesOf(name).flatMap((source) =>
      importsOf(source)
        .filter((target) => !target.startsWith(`packages/${name}/`) && !imported.includes(target))
        .map((target) => `${source.path} → ${target}`),
    );
    expect(foreign).toEqual([]);
  });

  it('has no clock, randomness, promises or output', () => {
    const impure = filesOf(name).flatMap((source) =>
      codeLines(source)
        .filter((line) => IMPURE.test(line))
        .map((line) => `${source.path}: ${line.trim()}`),
    );
    expect(impure).toEqual([]);
  });
});

describe.each(Object.entries(ROOMS))('the arrows between the rooms of %s', (name, table) => {
  const rooms = roomFilesOf(name);

  it('names every room in the table', () => {
    expect([...new Set(rooms.map((source) => roomOf(source.path)))].sort()).toEqual(
      Object.keys(table).sort(),
    );
  });

  it.each(Object.keys(table))('%s imports only what it may', (room) => {
    const allowed = new Set([room, ...(table[room] ?? [])]);
    const wrong = rooms
      .filter((source) => roomOf(source.path) === room)
      .flatMap((source) =>
        importsOf(source)
          .filter((target) => target.startsWith(`packages/${name}/`) && !allowed.has(roomOf(target)))
          .map((target) => `${source.path} → ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it('rooms are entered through their index or contract', () => {
    const wrong = rooms.flatMap((source) =>
      importsOf(source)
        .filter(
          (target) =>
            target.startsWith(`packages/${name}/src/`) &&
            roomOf(target) !== roomOf(source.path) &&
            !/\.tsx?$/.test(roomOf(target)),
        )
        .filter((target) => !/\/src\/[^/]+\/(?:index|contract)\.ts$/.test(target))
        // Pages are loaded one by one, and what they share is not hidden from them.
        .filter((target) => !/\/dashboard\/src\/(?:app|pages)\//.test(target))
        .map((target) => `${source.path} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the contract', () => {
  it('imports nothing but zod, and types', () => {
    const allowed = (source: Source, target: string): boolean =>
      target.startsWith('packages/contract/') ||
      target === 'zod' ||
      (/^@boomgate\/(engine|catalogue)$/.test(target) &&
        !new RegExp(`^import (?!type ).*'${target}'`, 'm').test(source.text));
    const foreign = filesOf('contract').flatMap((source) =>
      importsOf(source)
        .filter((target) => !allowed(source, target))
        .map((target) => `${source.path} → ${target}`),
    );
    expect(foreign).toEqual([]);
  });
});

describe('what the server may reach', () => {
  const rooms = roomFilesOf('server');

  it('only upstreams opens outgoing sockets or starts processes, but for those of the gateway itself', () => {
    const wrong = rooms
      .filter((source) => roomOf(source.path) !== 'upstreams')
      .filter((source) => source.path !== 'packages/server/src/workers/member.ts')
      .flatMap((source) =>
        importsOf(source)
          .filter((target) => /^(undici|node:child_process|node:https|node:dgram|node:dns.*)$/.test(target))
          .map((target) => `${source.path} → ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it('only mail writes letters', () => {
    const wrong = rooms
      .filter((source) => roomOf(source.path) !== 'mail' && importsOf(source).includes('nodemailer'))
      .map((source) => source.path);
    expect(wrong).toEqual([]);
  });

  it('the server reads no environment by itself', () => {
    const wrong = filesOf('server').flatMap((source) =>
      codeLines(source)
        .filter((line) => line.includes('process.env'))
        .map((line) => `${source.path}: ${line.trim()}`),
    );
    const mayRead = ['upstreams/stdio/environment.ts', 'workers/main.ts'];
    const isAllowed = (line: string) =>
      mayRead.some((path) => line.startsWith(`packages/server/src/${path}`));
    expect(wrong.filter((line) => !isAllowed(line))).toEqual([]);
  });
});

describe('what every command loads', () => {
  it('is nothing whole of the other packages: their light ways in, or what is loaded when a plan runs', () => {
    const whole = /^(?:import|export) (?!type )[^;]*'(@boomgate\/(?:engine|catalogue|contract|server))';/gm;
    const wrong = filesOf('cli')
      .filter((source) => !['run', 'report', 'bridge'].includes(roomOf(source.path)))
      .flatMap((source) => [...source.text.matchAll(whole)].map(([, name]) => `${source.path} → ${name}`));
    expect(wrong).toEqual([]);
  });
});

describe('imports have no cycles', () => {
  it('between files', () => {
    const graph = new Map(
      all.map((source) => [
        source.path,
        importsOf(source).filter((target) => target.startsWith('packages/')),
      ]),
    );
    expect(findCycle(graph)).toBeUndefined();
  });
});

describe('the production tree', () => {
  // The lock file is JSON of a known shape.
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<
      string,
      { dev?: boolean; devOptional?: boolean; hasInstallScript?: boolean; resolved?: string }
    >;
  };

  it('has no package with an install script', () => {
    const scripted = Object.entries(lock.packages).filter(
      ([, entry]) => entry.hasInstallScript === true && entry.dev !== true,
    );
    expect(scripted.map(([name]) => name)).toEqual([]);
  });

  it('names no registry in the lock file', () => {
    expect(Object.values(lock.packages).filter((entry) => /^https?:/.test(entry.resolved ?? ''))).toEqual([]);
  });

  it.each([
    ['engine', 0],
    ['catalogue', 0],
    ['functions', 1],
    ['contract', 1],
    ['server', 25],
    ['cli', 4],
    ['comfyui-mcp', 5],
  ])('%s has at most %i runtime packages', (name, most) => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    const foreign = Object.keys(manifest.dependencies ?? {}).filter((dependency) => !isWorkspace(dependency));
    expect(foreign.length).toBeLessThanOrEqual(most);
    const explained = readFileSync(join(ROOT, 'DEPENDENCIES.md'), 'utf8');
    expect(foreign.filter((dependency) => !explained.includes(`\`${dependency}\``))).toEqual([]);
  });
});

function filesOf(name: string): readonly Source[] {
  return all.filter((source) => packageOf(source.path) === name);
}

/** Files in rooms; those directly under `src` are in none. */
function roomFilesOf(name: string): readonly Source[] {
  return filesOf(name).filter((source) => !/\.tsx?$/.test(roomOf(source.path)));
}

function isWorkspace(name: string): boolean {
  return name.startsWith('@boomgate/') || name === 'boomgate';
}

/** Lines that are code: comments may speak of clocks. */
function codeLines(source: Source): readonly string[] {
  return source.text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .map((line) => line.replace(/\/\/.*$/, '').replace(/(['"`])(?:\\.|(?!\1).)*\1/g, '""'));
}

function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const visit = (node: string): readonly string[] | undefined => {
    if (state.get(node) === 'done') return undefined;
    if (state.get(node) === 'open') return [...path.slice(path.indexOf(node)), node];
    state.set(node, 'open');
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    state.set(node, 'done');
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
