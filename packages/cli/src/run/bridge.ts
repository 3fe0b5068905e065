import { stat } from 'node:fs/promises';
import { type Bearer, grantBearer, NoBearer, startBridge, workloadBearer } from '../bridge/index.ts';
import type { Parsed } from '../endpoint.ts';
import type { BridgePlan, TokenSource } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { interruption } from './signals.ts';
import { readTextFile } from './text-file.ts';

/** Grants are 32 to 256 visible ASCII characters (gateway §1). */
const TOKEN = /^[\x21-\x7e]{32,256}$/;

/** Carries an MCP client on stdio to the gateway until its input ends. Stdout carries MCP and nothing else. */
export async function runBridge(plan: BridgePlan, world: World): Promise<ExitCode> {
  const bearer = await bearerOf(plan, world);
  if (!bearer.ok) return world.fail(bearer.message);
  const ending = world.keep(interruption());
  const bridge = startBridge({
    endpoint: new URL(plan.endpoint),
    bearer: bearer.value,
    input: world.stdin,
    writeLine: world.writeLine,
    // Troubles are told also when quiet: nobody else would.
    note: (text) => void world.fail(text),
  });
  void ending.requested.then(() => bridge.stop());
  await bridge.done;
  // A client that keeps the pipe open must not keep a stopped bridge alive.
  process.stdin.destroy();
  return 0;
}

async function bearerOf({ endpoint, token }: BridgePlan, world: World): Promise<Parsed<Bearer>> {
  if (token.from !== 'workload') {
    const read = await readToken(token, world);
    return read.ok ? { ok: true, value: grantBearer(read.value) } : read;
  }
  const { exchange, grant, path } = token;
  const identity = () => readIdentity(path);
  return {
    ok: true,
    value: workloadBearer({ exchange: new URL(exchange), resource: endpoint, grant, identity }),
  };
}

async function readIdentity(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  // A pipe gives it once; and whoever waits for one that nobody writes to cannot be stopped.
  if (found?.isFile() === false && !found.isDirectory())
    throw new NoBearer(`${path}: expected a file, found a pipe or a device: it is read more than once`);
  const read = await readTextFile(path);
  if (!read.ok) throw new NoBearer(read.message);
  return read.value.trim();
}

type GrantSource = Exclude<TokenSource, { readonly from: 'workload' }>;

async function readToken(source: GrantSource, { facts, output }: World): Promise<Parsed<string>> {
  const place = source.from === 'file' ? source.path : source.variable;
  const found =
    source.from === 'file'
      ? await readTextFile(source.path)
      : { ok: true as const, value: facts.env[source.variable] ?? '' };
  if (!found.ok) return found;
  const token = found.value.trim();
  if (!TOKEN.test(token)) {
    return {
      ok: false,
      message: `expected a grant token (32 to 256 visible ASCII characters) in ${place}, found ${token.length} characters that are not one`,
    };
  }
  if (source.from === 'file' && (await isOpenToOthers(source.path, facts.platform))) {
    output.note(`${visible(source.path)} can be read by others: run chmod 600 on it`);
  }
  return { ok: true, value: token };
}

async function isOpenToOthers(path: string, platform: string): Promise<boolean> {
  return platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0;
}
