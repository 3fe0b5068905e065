import type { GrantRecord } from '@boomgate/server';
import { type Cell, formatMoment, type Palette, renderTable, visible, wrapped } from '../terminal/index.ts';
import type { TimedLook } from './look.ts';

const STATE_TONES = { active: 'good', paused: 'held', revoked: 'bad' } as const satisfies Record<
  GrantRecord['state'],
  keyof Palette
>;

/** All grants as a table; the id is left to `--json`. */
export function printGrants(grants: readonly GrantRecord[], look: TimedLook): string {
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

function grantRow(grant: GrantRecord, { paint, timeZone, nowMs }: TimedLook): readonly Cell[] {
  const { name, stack, state, mode, expiresAtMs, origin } = grant;
  const server = stack === undefined ? grant.server : stack.map((member) => member.server).join('+');
  const isOver = expiresAtMs !== undefined && expiresAtMs <= nowMs;
  return [
    visible(name),
    visible(server),
    policyCell(grant, paint),
    isOver ? { text: 'expired', paint: paint.bad } : { text: state, paint: paint[STATE_TONES[state]] },
    mode,
    expiresAtMs === undefined ? 'never' : formatMoment(expiresAtMs, { nowMs, timeZone }).slice(0, -3),
    origin,
  ];
}

function policyCell({ policy, stack }: GrantRecord, paint: Palette): Cell {
  if (stack !== undefined) return visible(stack.map((member) => member.policy ?? '(none)').join('+'));
  return policy === undefined ? { text: '(none)', paint: paint.held } : visible(policy);
}

/** Characters of a line before its fact. */
const BEFORE = 13;
const BELOW = `\n${' '.repeat(BEFORE)}`;

/** Everything that is known of one grant but its token, a line for each fact. */
export function printGrant(
  grant: GrantRecord,
  { lastUsedMs, nowMs, paint, timeZone, width }: TimedLook & { readonly lastUsedMs: number | undefined },
): string {
  const { expiresAtMs, id, labels, mode, name, origin, overlapEndsAtMs, owner, policy, stack, state } = grant;
  const { networks, ownerMaySignIn } = grant;
  const moment = (atMs: number): string => formatMoment(atMs, { nowMs, timeZone });
  const opens =
    stack?.map((one) => `${one.server} (${one.policy ?? 'no policy'})`).join(', ') ?? grant.server;
  const isOver = expiresAtMs !== undefined && expiresAtMs <= nowMs;
  const overlaps = overlapEndsAtMs !== undefined && nowMs < overlapEndsAtMs;
  const facts: readonly (readonly [string, string] | undefined)[] = [
    ['id', id],
    ['opens', visible(opens)],
    stack === undefined ? ['policy', policy === undefined ? '(none)' : visible(policy)] : undefined,
    ['state', isOver ? 'expired' : state],
    ['mode', mode],
    owner === undefined
      ? undefined
      : ['owner', `${visible(owner)}${ownerMaySignIn === true ? ', who may sign agents in' : ''}`],
    networks === undefined ? undefined : ['used from', wrapped(networks.join(', '), width - BEFORE)],
    ...Object.entries(labels).map(
      ([key, value]) =>
        ['label', visible(`${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)] as const,
    ),
    ['made', `${moment(grant.createdAtMs)} (${origin})`],
    [
      'last used',
      lastUsedMs === undefined ? 'no request is known' : `in the hour from ${moment(lastUsedMs)}`,
    ],
    ['ends', expiresAtMs === undefined ? 'never' : moment(expiresAtMs)],
    ['token', grant.isTokenKept === true ? 'kept: boomgate grant reveal' : 'not kept'],
    overlaps ? ['before it', `an earlier token works until ${moment(overlapEndsAtMs)}`] : undefined,
  ];
  const lines = facts.flatMap((fact) =>
    fact === undefined ? [] : [`  ${fact[0].padEnd(10)} ${fact[1].replaceAll('\n', BELOW)}`],
  );
  return [paint.strong(visible(name)), ...lines].join('\n');
}
