import { CLASSES } from '@boomgate/catalogue';
import type { CatalogueSize, SearchPage, ServerHit, ToolHit } from '@boomgate/server/catalogue';
import { fit, type Output, type Palette, renderTable, visible } from '../terminal/index.ts';

const TONES = { Low: 'good', Medium: 'held', High: 'bad', Critical: 'bad' } as const satisfies Record<
  ToolHit['severity'],
  keyof Palette
>;

/** Servers and tools that were found, as tables. */
export function printSearch({ servers, tools, toolCount, isCapped }: SearchPage, look: Output): string {
  const parts = [
    ...(servers.length === 0 ? [] : [serverTable(servers, look)]),
    ...(tools.length === 0 ? [] : [toolTable(tools, look)]),
    `${tools.length} of ${isCapped ? 'more than ' : ''}${toolCount} tools`,
  ];
  return parts.join('\n\n');
}

function serverTable(servers: readonly ServerHit[], { width }: Output): string {
  const columns = [
    { title: 'SERVER', least: 12 },
    { title: 'TOOLS' },
    { title: 'GRADE' },
    { title: 'DESCRIPTION', least: 12 },
  ];
  const rows = servers.map(({ slug, tools, grade, summary }) => [
    visible(slug),
    tools === undefined ? 'not known' : String(tools),
    grade ?? 'none',
    visible(summary),
  ]);
  return renderTable(columns, rows, width);
}

function toolTable(tools: readonly ToolHit[], { width, paint }: Output): string {
  const columns = [
    { title: 'TOOL', least: 16 },
    { title: 'SERVER', least: 8 },
    { title: 'CLASS' },
    { title: 'LEVEL' },
    { title: 'DESCRIPTION', least: 12 },
  ];
  const rows = tools.map(({ name, server, class: toolClass, severity, summary }) => [
    visible(name),
    visible(server),
    toolClass,
    { text: severity, paint: paint[TONES[severity]] },
    visible(fit(summary, width)),
  ]);
  return renderTable(columns, rows, width);
}

/** What the index holds, in a few lines. */
export function printIndexSize({
  servers,
  tools,
  unscanned,
  classes,
  sources,
  bytes,
}: CatalogueSize): string {
  const from = Object.entries(sources).map(([source, count]) => `${count} ${source}`);
  return [
    `${servers} servers, ${tools} tools`,
    `by class: ${CLASSES.map((name) => `${classes[name]} ${name}`).join(', ')}`,
    `by source: ${from.length === 0 ? 'none' : from.join(', ')}`,
    `${unscanned} servers whose tools are not known`,
    `${(bytes / 1e6).toFixed(1)} MB`,
  ].join('\n');
}
