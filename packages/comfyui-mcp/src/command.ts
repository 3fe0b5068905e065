import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { readConfig, VARIABLES } from './config.ts';
import { isLoopback, serveHttp, serveStandardStreams } from './serve/index.ts';
import { comfyServer, openWorld } from './server.ts';

const TOKEN_VARIABLE = 'BOOMGATE_COMFYUI_TOKEN';

type Options = { readonly http?: number; readonly host: string } & Readonly<
  Partial<Record<keyof typeof VARIABLES, string>>
>;

function command(version: string): Command {
  const folder = (what: string, name: keyof typeof VARIABLES): string => `${what} (${VARIABLES[name]})`;
  return new Command('boomgate-comfyui')
    .description('An MCP server for ComfyUI, over standard input and output unless --http is given.')
    .version(version)
    .option('--url <address>', folder('address of ComfyUI, http://127.0.0.1:8188 unless given', 'url'))
    .option('--timeout <seconds>', folder('how long a request to ComfyUI may take', 'timeout'))
    .option('--input <folder>', folder("ComfyUI's input folder, when it is on this machine", 'input'))
    .option('--output <folder>', folder("ComfyUI's output folder, when it is on this machine", 'output'))
    .option('--models <folder>', folder("ComfyUI's models folder, when it is on this machine", 'models'))
    .option('--workflows <folder>', folder('where saved workflows are kept', 'workflows'))
    .option(
      '--uploads <folders>',
      folder('folders from which images may be uploaded, separated as in PATH', 'uploads'),
    )
    .option('--http <port>', 'serve Streamable HTTP at /mcp on this port', portOf)
    .option(
      '--host <address>',
      `address to listen on; any but this machine's own needs ${TOKEN_VARIABLE}`,
      '127.0.0.1',
    );
}

/** The command: flags and environment, then one transport until the process is told to stop. */
export async function runCommand(): Promise<void> {
  await serve().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
}

async function serve(): Promise<void> {
  const version = ownVersion();
  const options = command(version).parse().opts<Options>();
  const read = readConfig(options, process.env, process.platform);
  if (!read.ok) return fail(read.problem);
  const token = process.env[TOKEN_VARIABLE] || undefined;
  if (options.http !== undefined && !isLoopback(options.host) && token === undefined)
    return fail(
      `expected a token in ${TOKEN_VARIABLE} for --host ${options.host}, which others can reach; found none`,
    );
  const world = openWorld(read.config);
  const makeServer = () => comfyServer(world, version);
  if (options.http === undefined) {
    serveStandardStreams(makeServer);
    return;
  }
  const listening = await serveHttp(makeServer, { host: options.host, port: options.http, token });
  process.stderr.write(`boomgate-comfyui: listening at ${listening.url}\n`);
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => {
      void listening[Symbol.asyncDispose]().then(() => world[Symbol.asyncDispose]());
    });
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('expected a port, 0 for a free one.');
  return port;
}

function fail(problem: string): void {
  process.stderr.write(`boomgate-comfyui: ${problem}\n`);
  process.exitCode = 2;
}

function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : 'unknown';
}
