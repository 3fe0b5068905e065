import { defaultDataDirectory } from '../facts.ts';
import {
  FAIL_ON,
  type FailOn,
  type Labels,
  type Plan,
  type ScanPlan,
  type ScanSource,
} from '../plan/index.ts';
import { type Command, plans, type Registration, withExamples } from './command.ts';
import { dataOption, labelOption, repeatedOption, valued } from './options.ts';
import { type Reader, readDuration, readOneOf, readWholeNumber } from './values.ts';

type ScanValues = {
  readonly npm?: true;
  readonly sarif?: true;
  readonly policy?: true;
  readonly failOn: readonly FailOn[];
  readonly timeout?: number;
  readonly concurrency?: number;
  readonly header: Labels;
  readonly allowPrivate?: true;
  readonly data?: string;
};

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_CONCURRENCY = 2;
const MOST_AT_ONCE = 16;
/** Milliseconds: longer is no scan that anybody waits for. */
const LONGEST_TIMEOUT_MS = 3_600_000;

const readTimeout: Reader<number> = (text) => {
  const read = readDuration(text);
  if (!read.ok || read.value <= LONGEST_TIMEOUT_MS) return read;
  return { ok: false, message: `expected at most 1h, found ${text}` };
};

export function addScan(program: Command, registration: Registration): void {
  const command = program
    .command('scan [targets...]')
    .description('list the tools of servers, and say what harm they can do')
    .option('--npm', 'the targets are packages of the npm registry')
    .option('--sarif', 'results as SARIF 2.1.0')
    .option('--policy', 'print a policy to start from')
    .addOption(repeatedOption('--fail-on <what>', `exit 1 for ${FAIL_ON.join(', ')}`, readOneOf(FAIL_ON)))
    .addOption(valued('--timeout <time>', 'for one server (default: 60s)', readTimeout))
    .addOption(valued('--concurrency <n>', 'servers at once (default: 2)', readWholeNumber(1, MOST_AT_ONCE)))
    .addOption(labelOption('--header <name=value>', 'for addresses; ${env:NAME} is a variable'))
    .option('--allow-private', 'addresses may be loopback or private')
    .addOption(dataOption())
    .addHelpText('after', `\n${TARGETS}`);
  withExamples(command, [
    'boomgate scan -- npx -y @modelcontextprotocol/server-memory',
    'boomgate scan https://mcp.example.com/mcp',
    'boomgate scan ~/.cursor/mcp.json --fail-on critical --fail-on poisoning',
    'boomgate scan --npm @modelcontextprotocol/server-filesystem -- /tmp',
    'boomgate scan .mcp.json --sarif > scan.sarif',
  ]);
  plans<ScanValues>(command, registration, (given, values, facts) => {
    const data = values.data ?? defaultDataDirectory(facts);
    return planScan(given, { ...values, data }, registration.afterDashes);
  });
}

const TARGETS = `A target is an address, or a file with "mcpServers" as MCP clients have it. What
stands behind "--" is a command to start, or with --npm the arguments for the
package's command. Servers run as you, without your variables: see
docs/catalogue.md. Exit 2 if no server could be scanned, or with --fail-on any.`;

function planScan(
  given: readonly string[],
  values: ScanValues & { readonly data: string },
  afterDashes: number,
): Plan {
  const before = given.slice(0, given.length - afterDashes);
  const after = given.slice(given.length - afterDashes);
  const sources = values.npm === true ? packages(before, after) : others(before, after);
  if (typeof sources === 'string') return { kind: 'wrong_use', message: sources };
  if (values.sarif === true && values.policy === true)
    return { kind: 'wrong_use', message: 'expected --sarif or --policy, found both' };
  const form: ScanPlan['form'] =
    values.sarif === true ? 'sarif' : values.policy === true ? 'policy' : 'table';
  return {
    kind: 'scan',
    sources,
    form,
    failOn: values.failOn,
    timeoutMs: values.timeout ?? DEFAULT_TIMEOUT_MS,
    concurrency: values.concurrency ?? DEFAULT_CONCURRENCY,
    headers: values.header,
    allowPrivate: values.allowPrivate === true,
    data: values.data,
  };
}

function packages(specs: readonly string[], args: readonly string[]): readonly ScanSource[] | string {
  if (specs.length === 0) return 'expected the name of an npm package, found none';
  if (args.length > 0 && specs.length > 1)
    return 'expected one package when arguments follow "--", found several';
  return specs.map((spec) => ({ from: 'npm', spec, args }));
}

function others(
  targets: readonly string[],
  [command, ...args]: readonly string[],
): readonly ScanSource[] | string {
  const named = targets.map(
    (target): ScanSource =>
      /^https?:\/\//i.test(target) ? { from: 'url', url: target } : { from: 'file', path: target },
  );
  if (command === undefined && named.length === 0)
    return 'expected an address, a file or "-- COMMAND" to scan, found none; see "boomgate scan --help"';
  return command === undefined ? named : [...named, { from: 'command', command, args }];
}
