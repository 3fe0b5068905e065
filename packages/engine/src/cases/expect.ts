import type { Decision } from '../decide/decision.ts';
import { type Json, ownProperty } from '../json/json.ts';
import { BadCase, readCount, readObject, readText } from './reader.ts';

const OUTCOMES = ['allow', 'deny', 'hide', 'limit', 'approve'];
const KEYS = ['outcome', 'rule', 'message', 'message_contains', 'retry_after_ms'];

/**
 * What of a decision differs from `expect`: an outcome alone, or an object that says more. Whatever it does not
 * mention may be anything; `message_contains` is a part of the message.
 */
export function compareDecision(decision: Decision, expected: Json | undefined): string[] {
  if (expected === undefined) throw new BadCase('a call needs "expect", for instance "allow" or "deny"');
  const wanted = readObject(
    typeof expected === 'string' ? { outcome: expected } : expected,
    KEYS,
    '"expect"',
  );
  const outcome = readText(wanted, 'outcome');
  if (outcome === undefined || !OUTCOMES.includes(outcome)) {
    throw new BadCase(`expected an outcome of ${OUTCOMES.join(', ')}, found ${JSON.stringify(outcome)}`);
  }
  const part = readText(wanted, 'message_contains');
  return [
    ...differs('outcome', decision.outcome, outcome).map((failure) => `${failure}${byRule(decision)}`),
    ...differs('rule', decision.rule, readText(wanted, 'rule')),
    ...differs('message', decision.message, readText(wanted, 'message')),
    ...(part === undefined || decision.message.includes(part) ? [] : [differsPart(decision.message, part)]),
    ...compareRetry(decision.retryAfterMs, wanted),
  ];
}

/** `retry_after_ms: null` expects that there is none. */
function compareRetry(found: number | undefined, wanted: Parameters<typeof readCount>[0]): string[] {
  if (ownProperty(wanted, 'retry_after_ms') !== null) {
    return differs('retry_after_ms', found, readCount(wanted, 'retry_after_ms', 0));
  }
  return found === undefined ? [] : [`expected no retry_after_ms, found ${found}`];
}

/** Which rule it was is what leads to the mistake, in the policy or in the case. */
function byRule({ rule }: Decision): string {
  return rule === '' ? '' : ` by ${rule}`;
}

function differs(what: string, found: unknown, wanted: unknown): string[] {
  if (wanted === undefined || found === wanted) return [];
  return [`expected ${what} ${JSON.stringify(wanted)}, found ${JSON.stringify(found) ?? 'none'}`];
}

function differsPart(message: string, part: string): string {
  return `expected a message with ${JSON.stringify(part)}, found ${JSON.stringify(message)}`;
}
