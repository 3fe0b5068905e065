import { open, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { FACT_CHARACTERS, MANIFEST_BYTES } from './bounds.ts';

/** What a package says of itself. */
export type Manifest = {
  readonly version?: string;
  readonly licence?: string;
  readonly repository?: string;
  readonly description?: string;
};

export type Command =
  | { readonly ok: true; readonly command: string; readonly args: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** The manifest of an installed package, or undefined when there is none that can be read. */
export async function readManifest(folder: string): Promise<JsonObject | undefined> {
  const path = join(folder, 'package.json');
  try {
    if ((await stat(path)).size > MANIFEST_BYTES) return undefined;
    // What was parsed as JSON is JSON.
    const tree = JSON.parse(await readFile(path, 'utf8')) as Json;
    return isJsonObject(tree) ? tree : undefined;
  } catch {
    return undefined;
  }
}

export function factsOf(manifest: JsonObject): Manifest {
  const { version, license, repository, description } = manifest;
  const licence = textOf(isJsonObject(license) ? license['type'] : license);
  const address = textOf(isJsonObject(repository) ? repository['url'] : repository);
  const known = textOf(version);
  const said = textOf(description);
  return {
    ...(known === undefined ? {} : { version: known }),
    ...(licence === undefined ? {} : { licence }),
    ...(address === undefined ? {} : { repository: plainAddress(address) }),
    ...(said === undefined ? {} : { description: said }),
  };
}

/** How the package's command is started: the only one, or the one with the package's base name. */
export async function commandOf(name: string, folder: string, { bin }: JsonObject): Promise<Command> {
  const base = name.slice(name.indexOf('/') + 1);
  const bins: Readonly<Record<string, Json>> =
    typeof bin === 'string' ? { [base]: bin } : isJsonObject(bin) ? bin : {};
  const files = [...new Set(Object.values(bins))];
  const chosen = files.length === 1 ? files[0] : bins[base];
  if (typeof chosen !== 'string') {
    const found = files.length === 0 ? 'none' : Object.keys(bins).slice(0, 10).join(', ');
    return {
      ok: false,
      message: `expected a package with one command, or one called ${base}, found ${found}`,
    };
  }
  const file = join(folder, chosen);
  if (relative(folder, file).split(sep)[0] === '..')
    return { ok: false, message: 'expected a command inside the package, found one outside' };
  return (await isForNode(file))
    ? { ok: true, command: process.execPath, args: [file] }
    : { ok: true, command: file, args: [] };
}

/** Bytes that are enough for the first line of a script. */
const FIRST_LINE_BYTES = 256;

/** Scripts name their program in the first line; those of Node run with the Node of this process. */
async function isForNode(file: string): Promise<boolean> {
  const start = await beginningOf(file).catch(() => '');
  if (start.startsWith('#!')) return /\bnode\b/.test(start.split('\n', 1)[0] ?? '');
  return ['.js', '.mjs', '.cjs', ''].includes(extname(file)) && !start.startsWith('\x7fELF');
}

/** No more of it is read: a package of a megabyte can have a command of gigabytes. */
async function beginningOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(FIRST_LINE_BYTES), 0, FIRST_LINE_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** `git+https://host/x.git` and `github:owner/name` as addresses for people. */
function plainAddress(address: string): string {
  const hub = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(address)?.[1];
  if (hub !== undefined) return `https://github.com/${hub}`;
  return address
    .replace(/^git\+/, '')
    .replace(/^git:/, 'https:')
    .replace(/^ssh:\/\/git@/, 'https://')
    .replace(/\.git$/, '');
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, FACT_CHARACTERS) : undefined;
}
