import type { Json } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { readApproval, readLimit, readRule, readValidate } from '../model/index.ts';
import { readShortForm } from '../model/limit.ts';
import { approvalWords, limitWords, ruleWords, sayAloud, shortFormWords, validateWords } from './index.ts';

const rule = (list: Parameters<typeof ruleWords>[1], ...conditions: Json[]) =>
  sayAloud(ruleWords(readRule({ conditions }), list));
const amount = { path: 'args.amount', op: 'gt', value: 10_000 };
const reason = { path: 'args.reason', op: 'exists', value: true };
const limit = (rest: Json) => sayAloud(limitWords(readLimit({ counter: 'c', ...(rest as object) })));

describe('a rule as a sentence', () => {
  it.each([
    [rule('deny_if', amount), 'refuse if `amount` is greater than `10000`'],
    [rule('require', reason), 'require that `reason` is present'],
    [
      rule('require_approval_if', amount, { ...reason, value: false }),
      'ask a person if `amount` is greater than `10000` and `reason` is absent',
    ],
    [rule('deny_if'), 'refuse every call'],
    [rule('require_approval_if'), 'ask a person for every call'],
    [
      rule('deny_if', { any: [amount, { all: [reason, { not: amount }] }] }),
      'refuse if `amount` is greater than `10000` or (`reason` is present and it is not true that `amount` is greater than `10000`)',
    ],
    [
      rule('deny_if', reason, { any: [amount, reason] }),
      'refuse if `reason` is present and (`amount` is greater than `10000` or `reason` is present)',
    ],
    [
      rule('require', { path: 'args.to[*].mail', op: 'ends_with', value: '@a.example', ignore_case: true }),
      'require that every `to[*].mail` ends with `@a.example`, ignoring case',
    ],
    [
      rule('deny_if', { path: 'args["a b"][*]', op: 'in', value: ['x', 1] }),
      'refuse if some `a b[*]` is one of `x` or `1`',
    ],
    [rule('deny_if', { path: 'tool.class', op: 'eq', value: '' }), 'refuse if `tool.class` is `""`'],
    [rule('deny_if', { path: 'args.x', op: 'like', value: 1 }), 'refuse if what its JSON says'],
  ])('%s', (said, expected) => expect(said).toBe(expected));
});

describe('a limit as a sentence', () => {
  it.each([
    [limit({ window: 'minute', max: 10, scope: 'grant' }), '10 calls in any minute, per grant'],
    [limit({ window: 90, max: 1 }), '1 call in any 90 seconds, per grant'],
    [
      limit({ window: '1h', max: 5, scope: ['organization', 'args.channel'] }),
      '5 calls in any hour, per organisation and value of `channel`',
    ],
    [
      limit({ window: 'day', max: 99.5, increment_from: 'args.amount' }),
      '`amount` adding up to at most 99.5 in any day, per grant',
    ],
    [
      limit({ window: 'month', max: 9, increment: 3, reset: 'calendar' }),
      '9 in each calendar month, each call counting 3, per grant',
    ],
    [
      limit({ concurrent: 2, scope: 'server', on_store_error: 'allow' }),
      '2 calls at a time, per server; let through when counting fails',
    ],
    [
      limit({ window: 'minute', max: 3, when: [amount] }),
      '3 calls in any minute, per grant, counting those where `amount` is greater than `10000`',
    ],
    [limit({ max: 3 }), 'what its JSON says'],
    [sayAloud(shortFormWords(readShortForm('10/6h'))), '10 calls in any 6 hours, per grant'],
    [
      sayAloud(shortFormWords(readShortForm({ max: 5, window: 'day', from: 'args.n' }))),
      '`n` adding up to at most 5 in any day, per grant',
    ],
  ])('%s', (said, expected) => expect(said).toBe(expected));
});

describe('approval and validation as sentences', () => {
  it.each([
    [sayAloud(approvalWords(undefined)), 'waits for any admin or approver, 10 minutes at most'],
    [
      sayAloud(
        approvalWords(
          readApproval({
            timeout: '2h',
            approvers: ['admin', 'a@b.c'],
            required: 2,
            self: true,
            remember: '1h',
          }),
        ),
      ),
      'waits for 2 different people of `admin` or `a@b.c`, 2 hours at most; the owner of the grant may approve; the very same call then passes for 1 hour',
    ],
    [
      sayAloud(validateWords(readValidate({ schema: true, unknown_args: 'deny' }))),
      "the arguments match the tool's schema and there are no other arguments",
    ],
    [sayAloud(validateWords(undefined)), 'nothing is checked'],
  ])('%s', (said, expected) => expect(said).toBe(expected));
});
