import { readFileSync } from 'node:fs';
import { Kept } from '@boomgate/server/kept';
import { planCommand } from './commands/index.ts';
import { type Facts, readFacts } from './facts.ts';
import type { Planned } from './plan/index.ts';
import { runPlan } from './runner.ts';
import { openOutput, palette, visible } from './terminal/index.ts';
import type { ExitCode, World } from './world.ts';

/** The command: facts, plan, run, exit code. */
export async function runCommandLine(): Promise<ExitCode> {
  const facts = readFacts(ownVersion());
  const planned = planCommand(process.argv.slice(2), facts);
  const kept = new Kept();
  const world = openWorld(facts, planned, kept);
  try {
    return await runPlan(planned, world).finally(() => kept[Symbol.asyncDispose]());
  } catch (error) {
    return world.fail(await failureText(error, facts));
  }
}

function openWorld(facts: Facts, { show }: Planned, { keep }: Kept): World {
  const streams = {
    stdout: (text: string) => void process.stdout.write(text),
    stderr: (text: string) => void process.stderr.write(text),
  };
  return {
    facts,
    show,
    output: openOutput(streams, {
      ...show,
      overwrites: facts.stderr.isTty && !show.json && facts.env['TERM'] !== 'dumb',
    }),
    stdin: process.stdin,
    keep,
    writeLine: (line) => new Promise((resolve) => process.stdout.write(`${line}\n`, () => resolve())),
    fail(message) {
      const lines = message.split('\n').map(visible).join('\n');
      streams.stderr(`${palette(show.colour.stderr).bad('boomgate:')} ${lines}\n`);
      return 2;
    },
  };
}

/** What went wrong in one message; where, only on demand. */
async function failureText(error: unknown, { env }: Facts): Promise<string> {
  if (!(error instanceof Error)) return `unexpected failure: ${String(error)}`;
  if (env['BOOMGATE_DEBUG'] === '1') return error.stack ?? error.message;
  // Errors with a name and code of our own say what to do; anything else is a fault of this program.
  if (error.name === 'StoreError') return error.message;
  return `unexpected failure: ${error.message}; set BOOMGATE_DEBUG=1 to see where it came from`;
}

function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : 'unknown';
}
