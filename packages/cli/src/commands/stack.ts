import type { Severity } from '@boomgate/catalogue';
import { CLIENT_IDS, type ClientId } from '@boomgate/catalogue/clients';
import { Option } from 'commander';
import { CONNECTABLE } from '../connect/index.ts';
import type { Facts } from '../facts.ts';
import type { Plan } from '../plan/index.ts';
import { closest } from '../suggest.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { configOption, databaseOption, dataOption, knownUrlOption, textOption, valued } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';
import { type Reader, readOneOf } from './values.ts';

/** As the catalogue has them; to load it would slow every command down. A test compares the two. */
export const LEVELS = ['Low', 'Medium', 'High', 'Critical'] as const satisfies readonly Severity[];

type StackValues = PlaceValues & {
  readonly scan?: true;
  readonly failOn?: Severity;
  readonly route?: ClientId;
  readonly undo?: ClientId;
  readonly server?: readonly string[];
  readonly policy?: string;
  readonly project?: true;
  readonly yes?: true;
  readonly config?: string;
  readonly url?: string;
};

export function addStack(program: Command, registration: Registration): void {
  const command = program
    .command('stack')
    .description("list what this machine's MCP clients reach, and lead it through the gateway")
    .option('--scan', 'start every listed or routed server, and ask it for its tools')
    .addOption(
      valued('--fail-on <severity>', 'exit 1 if something uncovered is at or above it', readSeverity),
    )
    .addOption(
      valued(
        '--route <client>',
        "rewrite a client's file so that its calls go through the gateway",
        readRoutable,
      ),
    )
    .addOption(valued('--undo <client>', 'undo the newest --route of a client', readClient))
    .addOption(new Option('-s, --server <name...>', 'route these servers only, by their names in the file'))
    .addOption(textOption('--policy <name>', 'route with this policy of the configuration'))
    .option('--project', "route the file of the current folder's project")
    .option('-y, --yes', 'do not ask')
    .addOption(configOption())
    .addOption(dataOption())
    .addOption(databaseOption())
    .addOption(knownUrlOption())
    .addHelpText('after', `\n${NOTES}`);
  withExamples(command, [
    'boomgate stack',
    'boomgate stack --scan --fail-on high',
    'boomgate stack --route cursor --scan',
    'boomgate stack --route cursor --server files --policy reading',
    'boomgate stack --undo cursor',
  ]);
  plans<StackValues>(command, registration, (_, values, facts) => planStack(values, facts));
}

const NOTES = `Servers are started only with --scan. For --fail-on, an uncovered server whose
tools are not known and a file that cannot be read count as at every level.
--route shows the difference and asks; it needs --scan (writes the recommended
policy) or --policy. Secrets in a file are never shown or copied.
Clients: ${wrapped(CLIENT_IDS)}`;

function wrapped(ids: readonly string[]): string {
  return ids
    .join(', ')
    .replace(/(.{1,66})(?: |$)/g, '$1\n  ')
    .trimEnd();
}

function planStack(values: StackValues, facts: Facts): Plan {
  const { failOn, policy, project = false, route, scan = false, server = [], undo, yes = false } = values;
  const { config, url } = values;
  const place = placeOf(values, facts);
  const gateway = { ...place, ...present({ config, url }) };
  const fault = faultOf(values);
  if (fault !== undefined) return { kind: 'wrong_use', message: fault };
  if (undo !== undefined) return { kind: 'stack_undo', client: undo, ...place, yes };
  if (route === undefined) return { kind: 'stack', scan, ...gateway, ...present({ failOn }) };
  return {
    kind: 'stack_route',
    client: route,
    servers: server,
    project,
    policy: policy === undefined ? { from: 'scan' } : { from: 'configuration', name: policy },
    yes,
    ...gateway,
  };
}

function faultOf({ failOn, policy, project, route, scan, server, undo }: StackValues): string | undefined {
  if (route !== undefined && undo !== undefined) return 'expected --route or --undo, found both';
  const isRoute = route !== undefined;
  const only = { '--server': server, '--policy': policy, '--project': project };
  const stray = Object.entries(only).find(([, value]) => value !== undefined && !isRoute)?.[0];
  if (stray !== undefined) return `${stray} needs --route CLIENT`;
  if (failOn !== undefined && (isRoute || undo !== undefined))
    return '--fail-on cannot be used with --route or --undo';
  if (undo !== undefined && scan === true) return '--scan cannot be used with --undo';
  if (isRoute && (scan === true) === (policy !== undefined)) {
    const found = policy === undefined ? 'neither' : 'both';
    return `expected --scan, to write the policy that is recommended for each server's tools, or --policy NAME, found ${found}: without a policy every call would be refused`;
  }
  return undefined;
}

const readSeverity: Reader<Severity> = (text) =>
  readOneOf(LEVELS)(text.charAt(0).toUpperCase() + text.slice(1).toLowerCase());

const clientOf =
  (known: readonly ClientId[]): Reader<ClientId> =>
  (text) => {
    const client = known.find((id) => id === text);
    if (client !== undefined) return { ok: true, value: client };
    const near = closest(text, known);
    const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
    return {
      ok: false,
      message: `expected one of ${known.join(', ')}, found ${JSON.stringify(text)}${hint}`,
    };
  };
const readClient = clientOf(CLIENT_IDS);

const readRoutable: Reader<ClientId> = (text) =>
  CLIENT_IDS.some((id) => id === text) && !CONNECTABLE.some((id) => id === text)
    ? {
        ok: false,
        message: `the file of ${text} is YAML, which is only read: declare its servers in boomgate.config.json and connect the client to them by hand`,
      }
    : clientOf(CONNECTABLE)(text);
