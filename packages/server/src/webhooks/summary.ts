import { escapeInvisible } from '@boomgate/contract/invisible';
import type { OutboxEvent } from '../store/index.ts';

/** Characters of one fact in a message: names are shorter, and what chat programs take is a few thousand for all. */
const FACT_LENGTH = 300;

/** An event in a few lines for a person. Names and messages are other people's: one line each, nothing unseen in them, cut. */
export type Summary = {
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Where the approval can be looked at and decided by who signs in; opening it decides nothing. */
  readonly url: string;
};

const TITLES = {
  asked: 'A call waits for approval',
  decided: 'A call was decided',
  expired: 'A call was not decided in time',
} as const satisfies Record<OutboxEvent['kind'], string>;

export function summaryOf({ approval, kind }: OutboxEvent, url: string): Summary {
  const { argKeys, client, expiresAtMs, grantName, message, policy, policyVersion, rule, state } = approval;
  const facts = [
    ['Tool', `${approval.tool} on ${approval.server}`],
    ['Grant', grantName],
    ['Client', client],
    ['Arguments', argKeys.length === 0 ? 'none' : `${argKeys.join(', ')} (values are not sent)`],
    ['Rule', `${rule} of ${policy}, version ${policyVersion}`],
    ['Message', message],
    kind === 'asked' ? ['Until', new Date(expiresAtMs).toISOString()] : ['State', state],
  ] as const;
  return {
    title: TITLES[kind],
    facts: facts.flatMap(([name, value]) => (value === '' ? [] : [[name, shown(value)] as const])),
    url,
  };
}

export const TEST_SUMMARY: Omit<Summary, 'url'> = {
  title: 'A test of this webhook',
  facts: [['Says', 'what Boomgate tells of approvals arrives here']],
};

function shown(text: string): string {
  const visible = escapeInvisible(text);
  return visible.length <= FACT_LENGTH ? visible : `${visible.slice(0, FACT_LENGTH - 1)}…`;
}
