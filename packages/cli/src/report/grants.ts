import type { GrantRecord } from '@boomgate/server';
import { type Cell, formatTime, type Palette, renderTable, visible } from '../terminal/index.ts';

const STATE_TONES = { active: 'good', paused: 'held', revoked: 'bad' } as const satisfies Record<
  GrantRecord['state'],
  keyof Palette
>;

export type GrantsLook = {
  readonly width: number;
  readonly paint: Palette;
  readonly timeZone: string;
  readonly nowMs: number;
};

/** All grants as a table; the id is left to `--json`. */
export function printGrants(grants: readonly GrantRecord[], look: GrantsLook): string {
  const columns = [
    { title: 'NAME', least: 8 },
    { title: 'SERVER', least: 8 },
    { title: 'POLICY', least: 8 },
    { title: 'STATE' },
    { title: 'MODE' },
    { title: 'ENDS', least: 5 },
    { title: 'FROM' },
  ];
  return renderTable(
    columns,
    grants.map((grant) => grantRow(grant, look)),
    look.width,
  );
}

function grantRow(grant: GrantRecord, { paint, timeZone, nowMs }: GrantsLook): readonly Cell[] {
  const { name, stack, state, mode, expiresAtMs, origin } = grant;
  const server = stack === undefined ? grant.server : stack.map((member) => member.server).join('+');
  const isOver = expiresAtMs !== undefined && expiresAtMs <= nowMs;
  return [
    visible(name),
    visible(server),
    policyCell(grant, paint),
    isOver ? { text: 'expired', paint: paint.bad } : { text: state, paint: paint[STATE_TONES[state]] },
    mode,
    expiresAtMs === undefined ? 'never' : formatTime(expiresAtMs, timeZone).slice(0, 11),
    origin,
  ];
}

function policyCell({ policy, stack }: GrantRecord, paint: Palette): Cell {
  if (stack !== undefined) return visible(stack.map((member) => member.policy ?? '(none)').join('+'));
  return policy === undefined ? { text: '(none)', paint: paint.held } : visible(policy);
}
