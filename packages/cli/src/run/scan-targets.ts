import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { loadConfig, resolveReferences, type ScanTarget, type StdioTarget } from '@boomgate/server';
import type { Parsed } from '../endpoint.ts';
import type { ScanPlan, ScanSource } from '../plan/index.ts';
import type { World } from '../world.ts';

/** What is to be scanned, and where in files it was named. */
type ScanTargets = {
  readonly targets: readonly ScanTarget[];
  /** By the name of the target. */
  readonly files: ReadonlyMap<string, string>;
};

type Named = { readonly target: ScanTarget; readonly file?: string };

/** The servers that the plan names, each under a name of its own, or why they cannot be told. */
export async function scanTargets(plan: ScanPlan, world: World): Promise<Parsed<ScanTargets>> {
  const found: Named[] = [];
  for (const source of plan.sources) {
    const read = await targetsOf(source, plan, world);
    if (!read.ok) return read;
    found.push(...read.value);
  }
  const names = new Set<string>();
  const files = new Map<string, string>();
  const targets = found.map(({ target, file }) => {
    const name = freeName(target.name, names);
    names.add(name);
    if (file !== undefined) files.set(name, file);
    return { ...target, name };
  });
  return { ok: true, value: { targets, files } };
}

async function targetsOf(
  source: ScanSource,
  plan: ScanPlan,
  world: World,
): Promise<Parsed<readonly Named[]>> {
  const { env, cwd } = world.facts;
  switch (source.from) {
    case 'npm': {
      const at = source.spec.indexOf('@', 1);
      const name = at === -1 ? source.spec : source.spec.slice(0, at);
      const target = { kind: 'npm', spec: source.spec, args: whole(source.args, cwd) } as const;
      return { ok: true, value: [{ target: { name, target } }] };
    }
    case 'command': {
      const { command, args } = source;
      const target = fromHere({ kind: 'stdio', command, args, env: {} }, cwd);
      return { ok: true, value: [{ target: { name: nameOf(source), target } }] };
    }
    case 'url': {
      const headers = resolveHeaders(plan.headers, env);
      const { url } = source;
      const { allowPrivate } = plan;
      const name = URL.parse(url)?.host ?? 'address';
      if (!headers.ok) return headers;
      const target = { kind: 'http', url, headers: headers.value, allowPrivate } as const;
      return { ok: true, value: [{ target: { name, target } }] };
    }
    case 'file':
      return fileTargets(source.path, plan, world);
  }
}

async function fileTargets(
  path: string,
  { allowPrivate }: ScanPlan,
  { facts, output }: World,
): Promise<Parsed<readonly Named[]>> {
  const loaded = await loadConfig({ path, environment: facts.env, allowPrivate });
  if (!loaded.ok) return { ok: false, message: loaded.problems.join('\n') };
  const { servers } = loaded.config;
  if (servers.length === 0)
    return { ok: false, message: `${path}: expected servers under "mcpServers", found none` };
  output.note(
    output.paintNote.faint('servers of a file are started with the variables that it names for them'),
  );
  return {
    ok: true,
    value: servers.map(({ slug, target }) => {
      const found =
        target.kind === 'stdio' && target.cwd === undefined ? fromHere(target, facts.cwd) : target;
      return { target: { name: slug, target: found }, file: path };
    }),
  };
}

function resolveHeaders(
  headers: ScanPlan['headers'],
  env: World['facts']['env'],
): Parsed<Readonly<Record<string, string>>> {
  const resolved: [string, string][] = [];
  for (const [name, text] of Object.entries(headers)) {
    const value = resolveReferences(text, env);
    if ('problem' in value) return { ok: false, message: `--header ${name}: ${value.problem}` };
    resolved.push([name, value.text]);
  }
  return { ok: true, value: Object.fromEntries(resolved) };
}

function fromHere(target: StdioTarget, cwd: string): StdioTarget {
  const [command = target.command] = whole([target.command], cwd);
  return { ...target, command, args: whole(target.args, cwd) };
}

/** A server works in a folder of its own, so that files of this one are named with their whole path. */
function whole(args: readonly string[], cwd: string): readonly string[] {
  return args.map((arg) => {
    if (arg === '' || arg.startsWith('-')) return arg;
    const path = resolve(cwd, arg);
    const isMeant = /^\.{1,2}(?:[\\/]|$)/.test(arg) || (existsSync(path) && statSync(path).isFile());
    return isMeant ? path : arg;
  });
}

/** Programs that only run another one, which is what a person would call the server. */
const RUNNERS = /^(?:node|npx|bunx?|deno|pnpx|uvx?|pipx|python[\d.]*|docker)(?:\.exe|\.cmd)?$/;

function nameOf({ command, args }: Extract<ScanSource, { from: 'command' }>): string {
  const name = basename(command);
  const ran = RUNNERS.test(name) ? args.find((arg) => !arg.startsWith('-')) : undefined;
  if (ran === undefined || ran.length > LONGEST_NAME) return name;
  return ran.startsWith('@') ? ran : basename(ran);
}

/** Characters of a name that is taken from an argument: a longer one is a program text. */
const LONGEST_NAME = 128;

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2, free = name; ; number += 1) {
    if (!taken.has(free)) return free;
    free = `${name}-${number}`;
  }
}
