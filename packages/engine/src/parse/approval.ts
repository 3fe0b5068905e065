import type { Approval, Duration } from '../policy.ts';
import {
  APPROVAL_TIMEOUT_MAX_MS,
  APPROVAL_TIMEOUT_MIN_MS,
  APPROVERS_REQUIRED_MAX,
  LIST_ITEMS,
} from './bounds.ts';
import { elements, fields, flag, type Place, report, text } from './place.ts';
import { readDuration } from './window.ts';
import { found } from './words.ts';

const KEYS = ['timeout', 'approvers', 'required', 'self', 'remember'] as const;
/** The roles that may decide approvals; other entries are e-mail addresses of members. */
const ROLES = ['admin', 'approver'];
const REMEMBERED = ['none', 'session'] as const;

/** `approval` (§7). What is not written stays absent, so that the defaults have one home. */
export function readApproval(place: Place | undefined): Approval | undefined {
  const of = place && fields(place, KEYS, '"approval"');
  if (of === undefined) return undefined;
  const timeout = readTimeout(of.get('timeout'));
  const approvers = readApprovers(of.get('approvers'));
  const required = readRequired(of.get('required'), approvers);
  const self = flag(of.get('self'), '"self"');
  const remember = readRemember(of.get('remember'));
  return {
    ...(timeout !== undefined && { timeout }),
    ...(approvers !== undefined && { approvers }),
    ...(required !== undefined && { required }),
    ...(self !== undefined && { self }),
    ...(remember !== undefined && { remember }),
  };
}

function readTimeout(place: Place | undefined): Duration | undefined {
  const timeout = readDuration(place, '"timeout"');
  if (place === undefined || timeout === undefined) return undefined;
  if (timeout.ms >= APPROVAL_TIMEOUT_MIN_MS && timeout.ms <= APPROVAL_TIMEOUT_MAX_MS) return timeout;
  return report(
    place,
    'approval_bounds',
    `expected a timeout from 10 seconds to 7 days, found ${found(place.value)}`,
  );
}

function readApprovers(place: Place | undefined): readonly string[] | undefined {
  if (place === undefined) return undefined;
  if (Array.isArray(place.value) && place.value.length === 0) {
    return report(
      place,
      'approval_bounds',
      'expected at least one approver, found an empty list; name one or remove the key',
    );
  }
  const items = elements(place, '"approvers"', LIST_ITEMS);
  const approvers = items.flatMap((item) => readApprover(item) ?? []);
  // How many people a list with a mistake names is not known.
  return approvers.length === 0 || approvers.length < items.length ? undefined : approvers;
}

function readApprover(place: Place): string | undefined {
  const approver = text(place, 'an approver');
  if (approver === undefined || ROLES.includes(approver) || /^[^@\s]+@[^@\s]+$/.test(approver))
    return approver;
  return report(
    place,
    'bad_value',
    `expected ${ROLES.join(', ')} or the e-mail address of a member, found ${found(approver)}`,
  );
}

function readRequired(
  place: Place | undefined,
  approvers: readonly string[] | undefined,
): number | undefined {
  if (place === undefined) return undefined;
  const { value } = place;
  const isBounded =
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= APPROVERS_REQUIRED_MAX;
  if (!isBounded) {
    return report(
      place,
      'approval_bounds',
      `expected a whole number from 1 to ${APPROVERS_REQUIRED_MAX} for "required", found ${found(value)}`,
    );
  }
  const people = approvers?.every((approver) => approver.includes('@')) ? new Set(approvers).size : undefined;
  if (people !== undefined && people < value) {
    return report(
      place,
      'approval_bounds',
      `expected at most as many people as "approvers" names (${people}), found ${value}; nobody could ever approve`,
    );
  }
  return value;
}

function readRemember(place: Place | undefined): Approval['remember'] {
  const named = REMEMBERED.find((word) => word === place?.value);
  return named ?? readDuration(place, '"remember" (or "none", "session")');
}
