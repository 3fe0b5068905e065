import { basename } from 'node:path';
import type { AuditEntry } from '@boomgate/server';
import { fit, formatMoment, type Palette, visible } from '../terminal/index.ts';
import { laidOut, layoutOf, padded, restRoom } from './one-or-two-lines.ts';

const ACTOR_WIDTH = 14;
const ACTION_WIDTH = 20;

export type ActLook = {
  readonly width: number;
  readonly paint: Palette;
  readonly timeZone: string;
  readonly nowMs: number;
};

/**
 * Of a configuration file the end of its path: all such paths begin alike, and the column is narrow. Of whom nobody knows, and whom the gateway
 * therefore writes about, where they are.
 */
function actorText({ address, kind, name, via }: AuditEntry['actor']): string {
  if (kind === 'system' && address !== '') return visible(address);
  return kind === 'file' ? visible(basename(name)) : `${visible(name)} (${via})`;
}

/**
 * One act on one line of at most `width` columns: when, who and by which way, what, to what. On a terminal with fewer columns than a table
 * needs the last two have a line of their own.
 */
export function actLine(act: AuditEntry, { width, paint, timeZone, nowMs }: ActLook): string {
  const time = formatMoment(act.atMs, { nowMs, timeZone });
  const layout = layoutOf(width);
  const actorWidth = layout.isNarrow ? layout.columns - time.length - 1 : ACTOR_WIDTH;
  const room = restRoom(layout, time.length + 1 + ACTOR_WIDTH) - ACTION_WIDTH - 1;
  const target = visible(`${act.target.kind} ${act.target.name}${reasonText(act)}`);
  const actor = padded(actorText(act.actor), actorWidth, paint.name);
  const what = padded(visible(act.action), ACTION_WIDTH);
  return laidOut(layout, `${paint.faint(time)} ${actor}`, `${what} ${fit(target, room)}`);
}

const WITH_REASON: readonly string[] = ['request.refused', 'grant.signed_out'];

/** Of a request that was refused, and of a sign-in that ended by itself, why. */
function reasonText({ action, after }: AuditEntry): string {
  const reason = after?.['reason'];
  return WITH_REASON.includes(action) && typeof reason === 'string' ? `, ${reason}` : '';
}
