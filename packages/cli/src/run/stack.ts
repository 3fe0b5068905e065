import { rankOf, SEVERITIES, type Severity } from '@boomgate/catalogue';
import { clients } from '@boomgate/catalogue/clients';
import { compilePolicy, isVisible } from '@boomgate/engine';
import {
  type Coverage,
  type DeclaredServer,
  engineFunctions,
  settingsOf,
  shownTarget,
  slugOf,
  type Tool,
  type ToolsFound,
} from '@boomgate/server';
import type { StackPlan } from '../plan/index.ts';
import { printStack, type SeenTool, type StackClient, type StackServer } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { addressed } from './addressed.ts';
import { type Book, openBook } from './stack-book.ts';
import { readStackFiles, type StackFile } from './stack-files.ts';
import { eachOf, openToolScan, type ToolScan } from './stack-tools.ts';

/** Lists what the clients of this machine declare; starts nothing unless the plan says `scan`. */
export async function runStack(plan: StackPlan, world: World): Promise<ExitCode> {
  const { facts, output, show } = world;
  const files = await readStackFiles(facts);
  const book = world.keep(await openBook(await addressed(plan, facts), world));
  const scan = world.keep(plan.scan ? openToolScan(facts) : undefined);
  if (plan.scan) output.note('starting the servers to ask them for their tools …');
  const listed: StackClient[] = [];
  for (const file of files) listed.push(await clientOf(file, { book, scan, world }));
  const found = findingsOf(listed, plan.failOn);
  if (show.json) output.json({ clients: listed, ...found });
  else if (listed.length === 0) output.note('no files of MCP clients were found here');
  else output.data(printStack(listed, { width: output.width, paint: output.paint, home: facts.home }));
  if (!show.json) for (const line of summaryOf(listed, found, plan)) output.note(line);
  return found.findings.length > 0 ? 1 : 0;
}

type Given = { readonly book: Book; readonly scan: ToolScan | undefined; readonly world: World };

async function clientOf(file: StackFile, given: Given): Promise<StackClient> {
  const { client, path, scope } = file.place;
  const head = { client, title: clients[client].title, path, scope };
  if (!file.ok) return { ...head, problem: file.problem, servers: [] };
  return { ...head, servers: await eachOf(file.servers, (server) => serverOf(server, given)) };
}

async function serverOf(server: DeclaredServer, given: Given): Promise<StackServer> {
  const { disabled, name, project, target } = server;
  const link = given.book.link(server);
  const coverage: Coverage =
    link === undefined ? { state: 'uncovered', reason: '' } : await given.book.coverage(link);
  const shown = shownTarget(target);
  const told = {
    name,
    ...(project === undefined ? {} : { project }),
    disabled,
    transport: shown.transport,
    what: shown.what,
    coverage,
  };
  if (given.scan === undefined || disabled) return { ...told, tools: null };
  const found =
    link === undefined
      ? await direct(server, given.scan, given.world)
      : await routed(link.server, coverage, given);
  return found.ok ? { ...told, tools: found.tools } : { ...told, tools: null, toolsProblem: found.reason };
}

/** Tools of a server as its client would start it. */
async function direct(server: DeclaredServer, scan: ToolScan, { facts }: World): Promise<ToolsFound> {
  const made = settingsOf(server, slugOf(server.name), facts.env);
  return made.ok ? scan.toolsOf(made.settings) : made;
}

type Seen = { readonly ok: true; readonly tools: readonly SeenTool[] } | Extract<ToolsFound, { ok: false }>;

/** Tools of a server, or of those of a stack, that the gateway is configured with, and whether the policies let them through. */
async function routed(slug: string, coverage: Coverage, { book, scan }: Given): Promise<Seen> {
  const by = coverage.state === 'covered' ? coverage.by : [];
  const slugs = slug === '' ? [...new Set(by.map((one) => one.server))] : [slug];
  const tools: SeenTool[] = [];
  for (const one of slugs) {
    const settings = book.config?.servers.find((server) => server.slug === one);
    if (settings === undefined || scan === undefined)
      return { ok: false, reason: `the configuration has no server ${JSON.stringify(one)}` };
    const found = await scan.toolsOf(settings);
    if (!found.ok) return found;
    const policies = by.filter(({ server }) => server === one).map(({ policy }) => policy);
    const passes = passing(policies, book);
    for (const tool of found.tools) {
      const named = slug === '' ? `${one}__${tool.name}` : tool.name;
      tools.push({ ...tool, name: named, passes: passes(tool) });
    }
  }
  return { ok: true, tools };
}

/** Whether any of the policies that may decide lets a tool be seen. */
function passing(names: readonly string[], { config }: Book): (tool: Tool) => boolean {
  const compiled = names.flatMap((name) => {
    const declared = config?.policies.find((policy) => policy.name === name);
    return declared === undefined ? [] : [compilePolicy(declared.policy, engineFunctions)];
  });
  return ({ name }) => compiled.some((policy) => isVisible(policy, name));
}

type Finding = {
  readonly path: string;
  readonly server?: string;
  /** Absent: everything that cannot be told counts as at every level. */
  readonly severity?: Severity;
  readonly reason: string;
};
type Found = { readonly findings: readonly Finding[] };

/** What is uncovered at a level or above, when a level was asked for. */
function findingsOf(listed: readonly StackClient[], failOn: Severity | undefined): Found {
  if (failOn === undefined) return { findings: [] };
  const findings = listed.flatMap(({ path, problem, servers }): readonly Finding[] => {
    if (problem !== undefined) return [{ path, reason: 'the file cannot be read' }];
    return servers
      .filter(({ coverage, disabled }) => coverage.state === 'uncovered' && !disabled)
      .flatMap((server) => {
        if (server.tools === null) return [{ path, server: server.name, reason: 'its tools are not known' }];
        const [worst] = [...server.tools].sort((a, b) => rankOf(b.class) - rankOf(a.class));
        const isBad = worst !== undefined && SEVERITIES.indexOf(worst.severity) >= SEVERITIES.indexOf(failOn);
        if (!isBad) return [];
        return [{ path, server: server.name, severity: worst.severity, reason: `the tool ${worst.name}` }];
      });
  });
  return { findings };
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function summaryOf(listed: readonly StackClient[], { findings }: Found, plan: StackPlan): readonly string[] {
  const servers = listed.flatMap((client) => client.servers).filter(({ disabled }) => !disabled);
  const covered = servers.filter(({ coverage }) => coverage.state === 'covered').length;
  const lines = [
    '',
    `${counted(servers.length, 'server')} in ${counted(listed.length, 'file')}: ${covered} covered by a policy, ${servers.length - covered} uncovered`,
  ];
  if (plan.failOn !== undefined && findings.length > 0)
    lines.push(`${findings.length} uncovered at ${plan.failOn} or above, or not known`);
  if (!plan.scan && servers.length > 0)
    lines.push('tools are not known: --scan starts the servers and asks them');
  if (servers.length > covered)
    lines.push('route a client through the gateway: boomgate stack --route CLIENT --scan');
  return lines;
}
