import {
  type Gateway,
  type GrantRecord,
  migratePostgres,
  ORGANIZATION,
  startGateway,
} from '@boomgate/server';
import { DEFAULT_URL, endpointOf } from '../endpoint.ts';
import type { UpPlan } from '../plan/index.ts';
import { renderTable, shellWord, visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { openBrowser } from './browser.ts';
import { gatewayOptions, placeFlag } from './gateway-options.ts';
import { shownPlace } from './shown-plan.ts';
import { type Interruption, serviceInterruption } from './signals.ts';

/** Starts the gateway, says where it is, and keeps it running until a signal. */
export async function runUp(plan: UpPlan, world: World): Promise<ExitCode> {
  if (plan.migrates && plan.database !== undefined) await migrate(plan.database, world);
  const started = await startGateway(gatewayOptions(plan, world));
  if (!started.ok) return world.fail(started.problems.join('\n'));
  const gateway = world.keep(started.gateway);
  // It answers from now on, so that whoever started it may stop it: before it has said that it runs, too.
  const ending = world.keep(serviceInterruption(world));
  for (const warning of gateway.config().warnings) world.output.note(visible(warning));
  await announce(gateway, plan, world);
  showDashboard(gateway, plan, world);
  await keepRunning(gateway, ending, world);
  return 0;
}

async function migrate(database: string, { output }: World): Promise<void> {
  for (const step of await migratePostgres(database)) output.note(`schema: ${step}`);
}

/** One signal lets requests under way finish, a second ends at once. */
export async function keepRunning(
  gateway: Gateway,
  { requested }: Interruption,
  { output }: Pick<World, 'output'>,
): Promise<void> {
  await requested;
  output.note('\nstopping once requests under way are answered; press Ctrl-C again to stop now');
  await gateway.close();
}

type Door = { readonly url: string; readonly grants: readonly string[] };
type ServerSummary = Door & { readonly server: string };

/** Where agents come, and with which grants; those of a stack open its own address and no server's. */
type Summary = {
  readonly servers: readonly ServerSummary[];
  readonly stack: (Door & { readonly servers: readonly string[] }) | undefined;
};

async function announce(gateway: Gateway, plan: UpPlan, { facts, output, show }: World): Promise<void> {
  const { servers, stack } = await summarise(gateway);
  const setup = setupOf(gateway);
  if (show.json) {
    const said = {
      url: gateway.url,
      listensAt: gateway.listensAt,
      version: facts.version,
      ...shownPlace(plan),
      servers,
      ...(stack && { stack }),
    };
    output.json(setup === undefined ? said : { ...said, setup }, 'compact');
    return;
  }
  sayWhere(gateway, { facts, output });
  if (servers.length > 0) output.data(`\n${serverTable({ servers, stack }, output.width)}`);
  const config = plan.config === undefined ? '' : ` --config ${shellWord(plan.config)}`;
  sayDashboard(gateway, { output });
  for (const line of nextSteps({ servers, stack }, gateway, { config, place: placeFlag(plan, facts) }))
    output.note(line);
}

/** Where it listens, which a proxy has to know, and where agents and people reach it if that is elsewhere. */
function sayWhere({ listensAt, url }: Gateway, { facts, output }: Pick<World, 'facts' | 'output'>): void {
  const { data, paint } = output;
  data(`${paint.strong(`Boomgate ${facts.version}`)} listens on ${paint.name(listensAt)}`);
  if (listensAt !== url) data(`It is reached at ${paint.name(url)}`);
}

/** Where people look, and how the first of them is made while nobody can sign in yet. */
export function sayDashboard(gateway: Gateway, { output }: Pick<World, 'output'>): void {
  const setup = setupOf(gateway);
  const { data, note, paint } = output;
  if (gateway.hasDashboard) {
    data(`\nDashboard  ${paint.name(setup?.url ?? `${gateway.url}/`)}`);
    if (setup === undefined) return;
    note('Nobody can sign in yet. This link holds the set-up code, with which the first');
    note(`account is created, once, until ${setup.expiresAt} (docs/people.md).`);
    return;
  }
  if (new URL(gateway.url).pathname !== '/') {
    note('\nThe dashboard does not open below a path, as --public-url has one: give the gateway');
    note('a host name of its own (deploy/README.md).');
  }
  if (setup !== undefined) {
    note('\nNobody can sign in yet. Create the first account, once, with this code:');
    data(`\n  ${paint.strong(setup.code)}\n`);
    note(`It works until ${setup.expiresAt}, at ${setup.url} (docs/people.md).`);
  }
}

/** Opens a browser where the plan says so. The code is not in the address that it gets, which others could read in the list of processes. */
export function showDashboard(gateway: Gateway, { opens }: UpPlan, { facts, output }: World): void {
  if (!opens || !gateway.hasDashboard) return;
  output.note('It opens in a browser; turn that off with --no-open.');
  openBrowser(`${gateway.url}/`, facts.platform);
}

type SetupNote = { readonly url: string; readonly code: string; readonly expiresAt: string };

/** How the first person is made; the code is shown here and kept nowhere. */
function setupOf({ hasDashboard, setup, url }: Gateway): SetupNote | undefined {
  if (setup === undefined) return undefined;
  const expiresAt = new Date(setup.expiresAtMs).toISOString();
  const at = hasDashboard ? `${url}/welcome#${setup.code}` : `${url}/api/v1/setup`;
  return { url: at, code: setup.code, expiresAt };
}

async function summarise(gateway: Gateway): Promise<Summary> {
  const grants = (await gateway.store.grants.list()).filter(({ state }) => state === 'active');
  const declared = gateway.config().servers.map(({ slug }) => slug);
  const stored = (await gateway.store.servers.list(ORGANIZATION)).map(({ slug }) => slug);
  const servers = [...new Set([...declared, ...stored])].map((slug) => ({
    server: slug,
    url: endpointOf(gateway.url, slug),
    grants: grants.filter(({ server, stack }) => stack === undefined && server === slug).map(nameOf),
  }));
  const several = grants.filter(({ stack }) => stack !== undefined);
  if (several.length === 0) return { servers, stack: undefined };
  const opened = several.flatMap(({ stack = [] }) => stack.map(({ server }) => server));
  const door = { url: endpointOf(gateway.url, ''), grants: several.map(nameOf) };
  return { servers, stack: { ...door, servers: [...new Set(opened)] } };
}

const nameOf = ({ name }: GrantRecord): string => name;

function serverTable({ servers, stack }: Summary, width: number): string {
  const columns = [{ title: 'SERVER', least: 8 }, { title: 'FOR AGENTS' }, { title: 'GRANTS', least: 8 }];
  const row = (name: string, { grants, url }: Door): readonly string[] => [
    name,
    url,
    grants.length === 0 ? '(none)' : visible(grants.join(', ')),
  ];
  const rows = servers.map((one) => row(visible(one.server), one));
  return renderTable(columns, stack === undefined ? rows : [...rows, row('(several)', stack)], width);
}

type Flags = { readonly config: string; readonly place: string };

function nextSteps(
  { servers, stack }: Summary,
  { hasDashboard, url }: Gateway,
  { config, place }: Flags,
): readonly string[] {
  const [first] = servers;
  if (first === undefined) {
    return [
      '',
      ...(hasDashboard ? ['No servers yet: add one in the dashboard, or'] : ['No servers yet:']),
      'write a boomgate.config.json with "mcpServers", "policies" and "grants", or',
      'give the file of an MCP client with --config FILE. See it work: boomgate up --demo',
    ];
  }
  const { server } =
    servers.find((one) => one.grants.length === 0 && !stack?.servers.includes(one.server)) ?? first;
  const at = url === DEFAULT_URL ? '' : ` --url ${url}`;
  return [
    '',
    'Next, in another terminal:',
    `  boomgate grant mint NAME --server ${server} --policy POLICY${config}${place}`,
    `  boomgate connect CLIENT --server ${server}${at}${place}`,
    `  boomgate log --tail${place}`,
    'Stop with Ctrl-C.',
  ];
}
