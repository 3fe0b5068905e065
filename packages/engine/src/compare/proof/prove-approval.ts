import { escapeSegment } from '../../json/pointer.ts';
import type { Approval } from '../../policy.ts';
import { type Doubt, toolsOf } from './doubt.ts';
import type { Region } from './region.ts';

/** What holds where a policy does not say (policy language §7). */
const TIMEOUT_MS = 600_000;
const APPROVERS = ['admin', 'approver'];

/**
 * Settings of an approval that ask for less than before: more people may approve, fewer have to, for longer, or once for
 * several calls. Lists of people are compared as they are written.
 */
export function doubtApproval(region: Region): readonly Doubt[] {
  const before = region.before?.entry.approval ?? {};
  const after = region.after?.entry.approval ?? {};
  const place = `/tools/${escapeSegment(region.after?.name ?? region.before?.name ?? '')}/approval`;
  return SETTINGS.filter(({ isWeaker }) => isWeaker(before, after)).map(({ key, what }) => ({
    about: { kind: 'approval' },
    pointer: `${place}/${key}`,
    what: `${what} calls of ${toolsOf(region)}`,
    regions: [region],
  }));
}

type Setting = {
  readonly key: keyof Approval;
  readonly what: string;
  readonly isWeaker: (before: Approval, after: Approval) => boolean;
};

const SETTINGS: readonly Setting[] = [
  {
    key: 'required',
    what: 'fewer people have to approve',
    isWeaker: (before, after) => (after.required ?? 1) < (before.required ?? 1),
  },
  {
    key: 'approvers',
    what: 'other people may approve',
    isWeaker: (before, after) => {
      const known = before.approvers ?? APPROVERS;
      return !(after.approvers ?? APPROVERS).every((one) => known.includes(one));
    },
  },
  {
    key: 'self',
    what: "the grant's owner may approve",
    isWeaker: (before, after) => after.self === true && before.self !== true,
  },
  {
    key: 'timeout',
    what: 'there is more time to approve',
    isWeaker: (before, after) => (after.timeout?.ms ?? TIMEOUT_MS) > (before.timeout?.ms ?? TIMEOUT_MS),
  },
  {
    key: 'remember',
    what: 'an approval holds longer for the same call',
    isWeaker: (before, after) => remembersMore(before.remember ?? 'none', after.remember ?? 'none'),
  },
];

type Remember = NonNullable<Approval['remember']>;

/** How long a session lasts nobody knows, so it is neither shorter nor longer than any time. */
function remembersMore(before: Remember, after: Remember): boolean {
  if (after === 'none') return false;
  if (before === 'none' || before === 'session' || after === 'session') return before !== after;
  return after.ms > before.ms;
}
