import { describe, expect, it } from 'vitest';
import { problemsOf, type Refusal, refusal, withEntry } from '../../cases/parsing.ts';

const top = (rest: object) => ({ version: '1', default: 'deny', ...rest });

const ROWS: readonly Refusal[] = [
  ['a list', [], 'not_an_object', '', /expected an object for the policy, found a list/],
  ['no version', { default: 'deny' }, 'missing_key', '', /expected the key "version"/],
  [
    'version 2',
    { version: '2', default: 'deny' },
    'bad_version',
    '/version',
    /expected "1", found the text "2"/,
  ],
  [
    'version 1 without quotes',
    { version: 1, default: 'deny' },
    'bad_version',
    '/version',
    /write it in quotes/,
  ],
  ['no default', { version: '1' }, 'missing_key', '', /"deny" or "allow"/],
  [
    'a default with a slip',
    { version: '1', default: 'Deny' },
    'bad_value',
    '/default',
    /did you mean "deny"/,
  ],
  ['a misspelt key', top({ toolz: {} }), 'unknown_key', '/toolz', /did you mean "tools"/],
  [
    'a misspelt key of an entry',
    withEntry({ deny_fi: [] }),
    'unknown_key',
    '/tools/t/deny_fi',
    /did you mean "deny_if"/,
  ],
  [
    'conditions in an entry',
    withEntry({ conditions: [] }),
    'unknown_key',
    '/tools/t/conditions',
    /stand in a rule under "deny_if"/,
  ],
  [
    'a short form in all_tools',
    top({ all_tools: { rate_limit: '1/minute' } }),
    'unknown_key',
    '/all_tools/rate_limit',
    /write it out under "limits"/,
  ],
  [
    'a key that objects inherit',
    top({ constructor: {} }),
    'unknown_key',
    '/constructor',
    /unknown key "constructor"/,
  ],
  ['hide that is a text', top({ hide: '*' }), 'bad_type', '/hide', /expected a list .* write \[ … \]/],
  ['an empty name in hide', top({ hide: [''] }), 'bad_name', '/hide/0', /everything is "\*"/],
  ['an empty name of a tool', top({ tools: { '': {} } }), 'bad_name', '/tools/', /found an empty text/],
  ['tools that are a list', top({ tools: [] }), 'not_an_object', '/tools', /found a list/],
  [
    'an unknown time zone',
    top({ time_zone: 'Mars/Olympus' }),
    'bad_time_zone',
    '/time_zone',
    /IANA time zone/,
  ],
  ['an offset as time zone', top({ time_zone: '+02:00' }), 'bad_time_zone', '/time_zone', /IANA time zone/],
  [
    'a rule without conditions',
    withEntry({ deny_if: [{ on_deny: 'x' }] }),
    'missing_key',
    '/tools/t/deny_if/0',
    /write \[\] for a rule that concerns every call/,
  ],
  [
    'a condition that stands in no list',
    withEntry({ require: [{ path: 'args.a', op: 'eq', value: 1 }] }),
    'missing_key',
    '/tools/t/require/0',
    /put the condition into a list there: "conditions": \[/,
  ],
  ['a tool without an object', withEntry(null), 'not_an_object', '/tools/t', /found null; write {} to allow/],
  [
    'a number for a rate',
    withEntry({ rate_limit: 10 }),
    'bad_type',
    '/tools/t/rate_limit',
    /such as "10\/minute"/,
  ],
  [
    'an action that asks',
    withEntry({ action: 'ask' }),
    'bad_value',
    '/tools/t/action',
    /"require_approval"\?$/,
  ],
  [
    'an action that blocks',
    withEntry({ action: 'Block' }),
    'bad_value',
    '/tools/t/action',
    /you mean "deny"\?$/,
  ],
  ['rules in no entry', top({ rules: [] }), 'unknown_key', '/rules', /stands in an entry/],
  [
    'conditions joined as elsewhere',
    withEntry({ deny_if: [{ conditions: [{ or: [] }] }] }),
    'unknown_key',
    '/tools/t/deny_if/0/conditions/0',
    /write "any"$/,
  ],
  [
    'a condition that is a text',
    withEntry({ deny_if: [{ conditions: ['args.a > 5'] }] }),
    'not_an_object',
    '/tools/t/deny_if/0/conditions/0',
    /write \{ "path": "args\.amount"/,
  ],
  ['a text to spend', withEntry({ spend_limit: '5/day' }), 'not_an_object', '/tools/t/spend_limit', /"from"/],
  ['a list of what is allowed', top({ allow: ['a'] }), 'unknown_key', '/allow', /under "tools", as "NAME"/],
  ['a rule that is no list', withEntry({ require: {} }), 'bad_type', '/tools/t/require', /expected a list/],
  [
    'an empty name of a rule',
    withEntry({ require: [{ name: '', conditions: [] }] }),
    'bad_name',
    '/tools/t/require/0/name',
    /empty text/,
  ],
  [
    'an action of no kind',
    withEntry({ action: 'log' }),
    'bad_value',
    '/tools/t/action',
    /"allow" or "deny" or "require_approval"/,
  ],
  [
    'rules beside other keys',
    withEntry({ rules: [], limits: [] }),
    'contradiction',
    '/tools/t/limits',
    /takes no "limits"/,
  ],
  [
    'conditions in a listed rule',
    withEntry({ rules: [{ conditions: [] }] }),
    'unknown_key',
    '/tools/t/rules/0/conditions',
    /stand in a rule under/,
  ],
];

describe('a document is refused for', () => {
  it.each(ROWS)('%s', (...row) => {
    refusal(row);
  });

  it('every fault that it has, not only the first', () => {
    const document = {
      version: 2,
      default: 'x',
      hide: 3,
      tools: { t: { action: 1, deny_if: [{ conditions: [{ path: 'a', op: 'b', value: null }] }], foo: 1 } },
    };
    expect(
      problemsOf(document)
        .map((problem) => problem.code)
        .toSorted(),
    ).toEqual(
      [
        'bad_path',
        'bad_type',
        'bad_type',
        'bad_value',
        'bad_version',
        'unknown_key',
        'unknown_operator',
      ].toSorted(),
    );
  });
});
