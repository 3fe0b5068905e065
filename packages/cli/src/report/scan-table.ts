import { CLASSES, rankOf, type Severity, type SignalName } from '@boomgate/catalogue';
import type { FailedServer, ListedServer, ScannedServer, ScannedTool, ScanReport } from '@boomgate/server';
import { type Cell, indented, type Palette, renderTable, visible, wrapped } from '../terminal/index.ts';
import type { Look } from './look.ts';

/** Tools of one server in the table; who has more reads JSON. */
const SHOWN_TOOLS = 200;
/** Tools that were dropped, and last lines of standard error, that are printed. */
const SHOWN_DROPPED = 5;
const SHOWN_STDERR = 5;

const TONES = {
  Low: 'good',
  Medium: 'name',
  High: 'held',
  Critical: 'bad',
} as const satisfies Record<Severity, keyof Palette>;

/** Server after server: heading, where it comes from, tools riskiest first, what else to know; then the sums. */
export function printScan(report: ScanReport, look: Look): string {
  const parts = report.servers.map((server) => printServer(server, look));
  return [...parts, sums(report)].join('\n\n');
}

function printServer(server: ScannedServer, look: Look): string {
  return server.outcome === 'listed' ? printListed(server, look) : printFailed(server, look);
}

function printListed(server: ListedServer, look: Look): string {
  const { paint, width } = look;
  const { grade, points } = server.grade;
  const head = `${paint.strong(visible(server.name))}  grade ${grade}, ${points} of 100 points`;
  const remarks = server.remarks.map(({ code, message }) => `${code}: ${message}`);
  const dropped = server.dropped
    .slice(0, SHOWN_DROPPED)
    .map(({ key, reason }) => `dropped "${key}": ${reason}`);
  const notes = [...remarks, ...dropped].map((line) => indented(wrapped(line, width - 2)));
  const counts = indented(wrapped(countsOf(server.tools), width - 2));
  return [head, counts, ...provenance(server, width), toolTable(server.tools, look), ...notes]
    .filter((part) => part !== '')
    .join('\n');
}

function printFailed({ name, failure, stderr, ...server }: FailedServer, { paint, width }: Look): string {
  const head = `${paint.strong(visible(name))}  ${paint.bad(`not scanned: ${failure.code}`)}`;
  const why = indented(wrapped(failure.message, width - 2));
  const lines = stderr
    .slice(-SHOWN_STDERR)
    .map((line) => indented(paint.faint(wrapped(`| ${line}`, width - 2))));
  return [head, ...provenance(server, width), why, ...lines].join('\n');
}

function provenance(
  {
    package: from,
    version,
    licence,
    repository,
  }: Pick<ScannedServer, 'package' | 'version' | 'licence' | 'repository'>,
  width: number,
): readonly string[] {
  const known = [from, version, licence, repository].filter((text) => text !== undefined);
  return known.length === 0 ? [] : [indented(wrapped(known.join(' · '), width - 2))];
}

function toolTable(tools: readonly ScannedTool[], { paint, width }: Look): string {
  if (tools.length === 0) return '';
  const columns = [
    { title: 'TOOL', least: 20 },
    { title: 'CLASS' },
    { title: 'SEVERITY' },
    { title: 'SIGNALS', least: 10 },
  ];
  const rows = riskiest(tools)
    .slice(0, SHOWN_TOOLS)
    .map(({ definition, classification }): readonly Cell[] => {
      const signals = new Set(classification.signals.map(({ signal }) => signal));
      return [
        visible(String(definition['name'])),
        classification.class,
        { text: classification.severity, paint: paint[TONES[classification.severity]] },
        signalCell([...signals], paint),
      ];
    });
  const more = tools.length > SHOWN_TOOLS ? `\n… and ${tools.length - SHOWN_TOOLS} more; --json has all` : '';
  return indented(`${renderTable(columns, rows, width - 2)}${more}`);
}

/** Worst class first, then what speaks to the model, then by name. */
function riskiest(tools: readonly ScannedTool[]): readonly ScannedTool[] {
  const rank = ({ classification }: ScannedTool): number =>
    rankOf(classification.class) * 2 + (isPoisoned(classification.signals) ? 1 : 0);
  return tools.toSorted((a, b) => rank(b) - rank(a));
}

const isLoud = (signal: SignalName): boolean => signal === 'poisoning' || signal === 'hidden_characters';
const isPoisoned = (signals: ScannedTool['classification']['signals']): boolean =>
  signals.some(({ signal }) => isLoud(signal));

/** What speaks to the model stands first, so that no narrow column hides it. */
function signalCell(signals: readonly SignalName[], paint: Palette): Cell {
  const loud = signals.filter(isLoud);
  const text = [...loud, ...signals.filter((signal) => !isLoud(signal))].join(', ');
  return loud.length === 0 ? text : { text, paint: paint.bad };
}

function countsOf(tools: readonly ScannedTool[]): string {
  const counts = CLASSES.toReversed()
    .map((name) => ({
      name,
      count: tools.filter(({ classification }) => classification.class === name).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${count} ${name}`);
  const all = `${tools.length} ${tools.length === 1 ? 'tool' : 'tools'}`;
  return counts.length === 0 ? all : `${all}: ${counts.join(', ')}`;
}

function sums({ servers }: ScanReport): string {
  const listed = servers.filter((server) => server.outcome === 'listed');
  const failed = servers.length - listed.length;
  const count = `${servers.length} ${servers.length === 1 ? 'server' : 'servers'}`;
  return `${count}${failed === 0 ? '' : `, ${failed} not scanned`}; ${countsOf(listed.flatMap(({ tools }) => tools))}`;
}
