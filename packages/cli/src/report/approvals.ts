import type { Approval, ApprovalState, LogEntry } from '@boomgate/server';
import {
  formatDuration,
  formatMoment,
  type Palette,
  renderTable,
  visible,
  visibleJson,
  wrapped,
} from '../terminal/index.ts';
import { logLine } from './log-line.ts';
import type { TimedLook } from './look.ts';

const STATE_TONES = {
  waiting: 'held',
  approved: 'good',
  used: 'good',
  refused: 'bad',
  expired: 'faint',
  withdrawn: 'faint',
} as const satisfies Record<ApprovalState, keyof Palette>;

/** Approvals as a table. Ids stay whole, as they are what is decided. */
export function printApprovals(approvals: readonly Approval[], look: TimedLook): string {
  const { nowMs, paint, width } = look;
  const columns = [
    { title: 'ID' },
    { title: 'STATE' },
    { title: 'GRANT', least: 6 },
    { title: 'CALL', least: 10 },
    { title: 'LEFT' },
  ];
  const rows = approvals.map(({ expiresAtMs, grantName, id, server, state, tool }) => [
    id,
    { text: state, paint: paint[STATE_TONES[state]] },
    visible(grantName),
    visible(`${server}/${tool}`),
    state === 'waiting' || state === 'approved' ? formatDuration(Math.max(0, expiresAtMs - nowMs)) : '',
  ]);
  return renderTable(columns, rows, width);
}

/** Everything that a person should see before deciding; `text` is undefined once the arguments are forgotten. */
type ApprovalView = {
  readonly approval: Approval;
  readonly text: string | undefined;
  readonly recent: readonly LogEntry[];
};

export function approvalPage({ approval, recent, text }: ApprovalView, look: TimedLook): string {
  const { paint } = look;
  const { argsHash, id, state } = approval;
  const size = text === undefined ? '' : `, ${Buffer.byteLength(text)} bytes, all of them`;
  const calls = recent.map((entry) => logLine(entry, look));
  return [
    `${paint.strong(id)}  ${paint[STATE_TONES[state]](state)}`,
    ...facts(approval, look).map(([name, value]) => `  ${name.padEnd(10)}${value}`),
    '',
    paint.strong(`Arguments (canonical JSON${size}):`),
    // The canonical text itself: another layout would be somebody's reading of it.
    text === undefined ? '  no longer kept' : visibleJson(text),
    `  keyed digest, as in the log: ${argsHash}`,
    '',
    paint.strong('Newest requests of the grant:'),
    ...(calls.length === 0 ? ['  none'] : calls),
    '',
    wrapped(meaning(approval, look), look.width),
  ].join('\n');
}

type Fact = readonly [name: string, value: string];

function facts(approval: Approval, { nowMs, timeZone }: TimedLook): readonly Fact[] {
  const { because, client, grantName, message, owner, policy, policyVersion, rule, server, tool, votes } =
    approval;
  const { approvers, required, self } = approval.terms;
  const time = (atMs: number): string => formatMoment(atMs, { nowMs, timeZone });
  const notOwner = self || owner === undefined ? '' : `, but not ${visible(owner)}, whose grant it is`;
  return [
    ['call', visible(`${server}/${tool}`)],
    ['grant', visible(grantName) + (client === '' ? '' : `, client ${visible(client)} by its own account`)],
    ['asked', `${time(approval.askedAtMs)}, until ${time(approval.expiresAtMs)}`],
    ['rule', `${visible(rule)} of ${visible(policy)}, version ${policyVersion}`],
    ...(message === '' ? [] : [['says', visible(message)] as const]),
    ['needs', `${required} of ${approvers.map(visible).join(', ')}${notOwner}`],
    ...votes.map(({ atMs, by, note, verdict }) => {
      const why = note === undefined ? '' : `: ${visible(note)}`;
      return [verdict, `${visible(by.email ?? by.id)} (${by.role}, ${by.via}), ${time(atMs)}${why}`] as const;
    }),
    ...(because === undefined ? [] : [['withdrawn', visible(because)] as const]),
  ];
}

function meaning(
  { expiresAtMs, state, terms: { remember } }: Approval,
  { nowMs, timeZone }: TimedLook,
): string {
  if (state !== 'waiting') return `It is ${state}: nothing is left to decide.`;
  const repeat = {
    none: 'once',
    session: 'once, and its exact repetition in the same session for a day at most',
  } as const;
  const times =
    typeof remember === 'number'
      ? `once, and its exact repetition for ${formatDuration(remember)} from then on`
      : repeat[remember];
  return `Approving lets this exact call through ${times}, until ${formatMoment(expiresAtMs, { nowMs, timeZone })}, if the grant and the policy in force then still allow it.`;
}
