import { formatTime, renderTable, visible } from '../terminal/index.ts';
import type { Look } from './look.ts';

type HeldRow = {
  readonly server: string;
  readonly tool: string;
  readonly class: string;
  /** Absent for a new tool. */
  readonly classBefore?: string;
  readonly isOffered: boolean;
  readonly seenAtMs: number;
  /** As it is shown, not whole. */
  readonly fingerprint: string;
};

export type DriftLook = Look & { readonly timeZone: string };

/** Held tools, one a row. */
export function driftTable(rows: readonly HeldRow[], { paint, timeZone, width }: DriftLook): string {
  const columns = [
    { title: 'SERVER', least: 8 },
    { title: 'TOOL', least: 12 },
    { title: 'CHANGE' },
    { title: 'CLASS', least: 11 },
    { title: 'SINCE' },
    { title: 'FINGERPRINT' },
  ];
  const cells = rows.map((row) => [
    visible(row.server),
    visible(row.tool),
    { text: changeOf(row), paint: row.isOffered ? paint.held : paint.faint },
    classesOf(row),
    formatTime(row.seenAtMs, timeZone).slice(0, 11),
    row.fingerprint,
  ]);
  return renderTable(columns, cells, width);
}

/** `gone`: the server does not offer it any more, but may again. */
function changeOf({ classBefore, isOffered }: HeldRow): string {
  if (!isOffered) return 'gone';
  return classBefore === undefined ? 'new' : 'changed';
}

/** Both classes where they differ. */
export function classesOf({ class: now, classBefore = now }: Pick<HeldRow, 'class' | 'classBefore'>): string {
  return classBefore === now ? visible(now) : `${visible(classBefore)} → ${visible(now)}`;
}
