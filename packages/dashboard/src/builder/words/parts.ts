import type { Approval, Validate } from '../model/index.ts';
import { code, listed, type Sentence, words } from './sentence.ts';
import { lengthWords } from './time.ts';

/** What stands for an approval that says nothing (policy language §7). */
const DEFAULT_TIMEOUT = '10m';

/** Whose consent a call waits for, and how long. */
export function approvalWords(approval: Approval | undefined): Sentence {
  if (approval?.kind === 'json') return [words('what its JSON says')];
  const { approvers, remember = 'none', required = 1, self, timeout = DEFAULT_TIMEOUT } = approval ?? {};
  const people = approvers === undefined ? [words('any admin or approver')] : named(approvers);
  const many = required === 1 ? [] : [words(`${required} different people of `)];
  return [
    words('waits for '),
    ...many,
    ...people,
    words(`, ${lengthWords(timeout)} at most`),
    ...(self === true ? [words('; the owner of the grant may approve')] : []),
    ...(remember === 'none'
      ? []
      : [words(`; the very same call then passes for ${rememberWords(remember)}`)]),
  ];
}

function named(approvers: readonly string[]): Sentence {
  return listed(
    approvers.map((one) => [code(one)]),
    'or',
  );
}

function rememberWords(remember: string | number): string {
  return remember === 'session' ? 'the session' : lengthWords(remember);
}

/** What arguments are checked for before any rule. */
export function validateWords(validate: Validate | undefined): Sentence {
  if (validate?.kind === 'json') return [words('what its JSON says')];
  const asked = [
    validate?.requiredArgs === true ? 'all required arguments are present' : undefined,
    validate?.schema === true ? "the arguments match the tool's schema" : undefined,
    validate?.unknownArgs === 'deny' ? 'there are no other arguments' : undefined,
  ].filter((one) => one !== undefined);
  if (asked.length === 0) return [words('nothing is checked')];
  return listed(
    asked.map((one) => [words(one)]),
    'and',
  );
}
