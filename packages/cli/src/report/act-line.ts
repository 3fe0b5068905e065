import type { AuditEntry } from '@boomgate/server';
import { fit, formatMoment, type Palette, TABLE_COLUMNS, textWidth, visible } from '../terminal/index.ts';

const ACTOR_WIDTH = 14;
const ACTION_WIDTH = 20;
/** Columns that two lines need; a narrower terminal breaks them. */
const LEAST_WIDTH = 40;
const INDENT = 2;

export type ActLook = {
  readonly width: number;
  readonly paint: Palette;
  readonly timeZone: string;
  readonly nowMs: number;
};

/**
 * One act on one line of at most `width` columns: when, who and by which way, what, to what. On a terminal with fewer columns than a table
 * needs the last two have a line of their own.
 */
export function actLine(act: AuditEntry, { width, paint, timeZone, nowMs }: ActLook): string {
  const time = formatMoment(act.atMs, { nowMs, timeZone });
  const isNarrow = width < TABLE_COLUMNS;
  const columns = Math.max(width, LEAST_WIDTH);
  const actorWidth = isNarrow ? columns - time.length - 1 : ACTOR_WIDTH;
  const before = isNarrow ? INDENT : time.length + ACTOR_WIDTH + 2;
  const target = visible(`${act.target.kind} ${act.target.name}`);
  const actor = padded(`${visible(act.actor.name)} (${act.actor.via})`, actorWidth, paint.name);
  const head = `${paint.faint(time)} ${actor}`;
  const what = padded(visible(act.action), ACTION_WIDTH);
  const rest = `${what} ${fit(target, columns - before - ACTION_WIDTH - 1)}`.trimEnd();
  return isNarrow ? `${head.trimEnd()}\n${' '.repeat(INDENT)}${rest}` : `${head} ${rest}`;
}

function padded(text: string, width: number, paint: (text: string) => string = (same) => same): string {
  const cut = fit(text, width);
  return paint(cut) + ' '.repeat(Math.max(0, width - textWidth(cut)));
}
