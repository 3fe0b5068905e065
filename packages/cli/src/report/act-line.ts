import type { AuditEntry } from '@boomgate/server';
import { fit, formatMoment, type Palette, textWidth, visible } from '../terminal/index.ts';

const ACTOR_WIDTH = 14;
const ACTION_WIDTH = 20;

export type ActLook = {
  readonly width: number;
  readonly paint: Palette;
  readonly timeZone: string;
  readonly nowMs: number;
};

/** One act on one line of at most `width` columns (80 at least): when, who and by which way, what, to what. */
export function actLine(act: AuditEntry, { width, paint, timeZone, nowMs }: ActLook): string {
  const time = formatMoment(act.atMs, { nowMs, timeZone });
  const room = Math.max(width, 80) - time.length - ACTOR_WIDTH - ACTION_WIDTH - 3;
  const target = visible(`${act.target.kind} ${act.target.name}`);
  return [
    paint.faint(time),
    padded(`${visible(act.actor.name)} (${act.actor.via})`, ACTOR_WIDTH, paint.name),
    padded(visible(act.action), ACTION_WIDTH),
    fit(target, room),
  ]
    .join(' ')
    .trimEnd();
}

function padded(text: string, width: number, paint: (text: string) => string = (same) => same): string {
  const cut = fit(text, width);
  return paint(cut) + ' '.repeat(Math.max(0, width - textWidth(cut)));
}
