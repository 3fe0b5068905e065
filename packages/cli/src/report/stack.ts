import type { Severity, ToolClass } from '@boomgate/catalogue';
import type { ClientId } from '@boomgate/catalogue/clients';
import type { Coverage, ShownTarget, Tool } from '@boomgate/server';
import { type Cell, fit, type Palette, renderTable, textWidth, visible } from '../terminal/index.ts';
import type { Look } from './look.ts';

/** A declared server as it may be told: nothing of it is secret. What `stack --json` prints. */
export type StackServer = {
  readonly name: string;
  readonly project?: string;
  readonly disabled: boolean;
  readonly transport: ShownTarget['transport'];
  readonly what: string;
  readonly coverage: Coverage;
  /** Null when they are not known; `toolsProblem` says why. */
  readonly tools: readonly SeenTool[] | null;
  readonly toolsProblem?: string;
};

/** `passes`: whether the policy lets calls of it through, for covered servers. */
export type SeenTool = Tool & { readonly passes?: boolean };

export type StackClient = {
  readonly client: ClientId;
  readonly title: string;
  readonly path: string;
  readonly scope: 'user' | 'project';
  /** The file could not be read. */
  readonly problem?: string;
  readonly servers: readonly StackServer[];
};

type StackLook = Look & { readonly home: string };

const CLASS_ORDER: readonly ToolClass[] = ['Financial', 'Destructive', 'Execute', 'Write', 'Read'];
const SEVERITY_TONES = {
  Critical: 'bad',
  High: 'bad',
  Medium: 'held',
  Low: 'faint',
} as const satisfies Record<Severity, keyof Palette>;

/** The stack as text: a table for each file, the tools under it where they are known. */
export function printStack(clients: readonly StackClient[], look: StackLook): string {
  return clients.map((client) => clientText(client, look).join('\n')).join('\n\n');
}

function clientText(
  { path, problem, scope, servers, title }: StackClient,
  look: StackLook,
): readonly string[] {
  const { paint, width } = look;
  const of = scope === 'project' ? ' (project)' : '';
  const place = fit(visible(homely(path, look.home)), Math.max(20, width - title.length - of.length - 2));
  const head = `${paint.strong(title)}${of}  ${paint.faint(place)}`;
  if (problem !== undefined) return [head, ...indented(paint.bad(visible(problem)))];
  if (servers.length === 0) return [head, '  no servers'];
  const columns = [
    { title: '  SERVER', least: 10 },
    { title: 'HOW' },
    { title: 'WHAT', least: 12 },
    { title: 'POLICY', least: 9 },
  ];
  const table = renderTable(
    columns,
    servers.map((server) => serverRow(server, paint)),
    width,
  );
  return [head, table, ...servers.flatMap((server) => detailsOf(server, look))];
}

function serverRow(server: StackServer, paint: Palette): readonly Cell[] {
  const { coverage, disabled, name, transport, what } = server;
  const state: Cell =
    coverage.state === 'covered'
      ? { text: coverage.by.map(({ policy }) => visible(policy)).join(', '), paint: paint.good }
      : { text: disabled ? 'disabled' : 'uncovered', paint: disabled ? paint.faint : paint.bad };
  return [`  ${visible(name)}`, transport, visible(what), state];
}

/** Why a server is uncovered when it could be thought covered, and its tools by class. */
function detailsOf(
  { coverage, name, project, tools, toolsProblem }: StackServer,
  look: StackLook,
): readonly string[] {
  const lines: string[] = [];
  const say = (text: string): void => void lines.push(...wrap(`${visible(name)}: ${text}`, look.width));
  if (project !== undefined) say(`for the project ${visible(homely(project, look.home))}`);
  if (coverage.state === 'uncovered' && coverage.reason !== '') say(visible(coverage.reason));
  if (toolsProblem !== undefined) say(`tools not known: ${visible(toolsProblem)}`);
  if (tools === null) return lines;
  if (tools.length === 0) say('no tools');
  for (const toolClass of CLASS_ORDER) {
    const ofClass = tools.filter((tool) => tool.class === toolClass);
    const [first] = ofClass;
    if (first === undefined) continue;
    const names = ofClass.map((tool) => visible(tool.name) + (tool.passes === false ? ' (refused)' : ''));
    const label = `${first.severity} ${toolClass}`;
    const paint = look.paint[SEVERITY_TONES[first.severity]];
    const [head = '', ...rest] = wrap(`${visible(name)}: ${label}: ${names.join(', ')}`, look.width);
    lines.push(head.replace(label, paint(label)), ...rest);
  }
  return lines;
}

/** Lines of at most `width` columns, broken at blanks, indented by four and then by six. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '   ';
  for (const word of text.split(' ')) {
    if (textWidth(line) + 1 + textWidth(word) <= width || line.trim() === '') line += ` ${word}`;
    else {
      lines.push(line);
      line = `      ${word}`;
    }
  }
  return [...lines, line].map((one) => fit(one, width));
}

const indented = (text: string): readonly string[] => text.split('\n').map((line) => `  ${line}`);

/** A path with `~` for the home folder. */
export function homely(path: string, home: string): string {
  return path.startsWith(`${home}/`) || path.startsWith(`${home}\\`) ? `~${path.slice(home.length)}` : path;
}
