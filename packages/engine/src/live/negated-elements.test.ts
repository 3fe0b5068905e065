import { describe, expect, it } from 'vitest';
import { parsed } from '../../cases/parsing.ts';
import type { JsonObject } from '../json/json.ts';
import { checkNegatedElements } from './negated-elements.ts';

const EVIL = { path: 'args.to[*]', op: 'ends_with', value: '@evil.example' };
const found = (list: string, condition: JsonObject) =>
  checkNegatedElements(
    parsed({ version: '1', default: 'allow', tools: { mail: { [list]: [{ conditions: [condition] }] } } }),
  );

describe('"[*]" under "not"', () => {
  it.each<[string, string, JsonObject]>([
    ['require', 'it in "deny_if"', { not: EVIL }],
    ['deny_if', 'in "require"', { not: EVIL }],
    ['require_approval_if', 'in "require"', { any: [{ path: 'args.n', op: 'gt', value: 1 }, { not: EVIL }] }],
    ['require', 'it in "deny_if"', { not: { all: [{ path: 'args.n', op: 'gt', value: 1 }, EVIL] } }],
  ])('is told of in %s, with where to say it', (list, instead, condition) => {
    const [one, ...others] = found(list, condition);
    expect(one).toMatchObject({ severity: 'warning', code: 'negated_elements' });
    expect(one?.pointer).toMatch(new RegExp(`^/tools/mail/${list}/`));
    expect(one?.message).toContain(`write ${instead}`);
    expect(others).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['a list without "not"', EVIL],
    ['"not" twice', { not: { not: EVIL } }],
    ['one element', { not: { ...EVIL, path: 'args.to[0]' } }],
    ['no list', { not: { ...EVIL, path: 'args.to' } }],
  ])('and not of %s', (_, condition) => {
    expect(found('require', condition)).toEqual([]);
  });
});
