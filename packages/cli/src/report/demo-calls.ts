import type { TourRow } from '@boomgate/server';
import { type Palette, renderTable, visible } from '../terminal/index.ts';
import { printOutcome } from './outcome.ts';

/** The demo's calls as a table of at most `width` columns. */
export function printDemoCalls(
  calls: readonly TourRow[],
  { width, paint }: { readonly width: number; readonly paint: Palette },
): string {
  const columns = [
    { title: 'CALL', least: 16 },
    { title: 'DECISION' },
    { title: 'RULE', least: 12 },
    { title: 'THE AGENT SAW', least: 28 },
  ];
  const rows = calls.map(({ call, decision, rule, agentSaw }) => [
    visible(call),
    printOutcome(decision, paint),
    // The tool's name stands in the first column already.
    { text: visible(rule.replace(/^\/tools\/[^/]*\//, '')), paint: paint.faint },
    visible(agentSaw),
  ]);
  return renderTable(columns, rows, width);
}
