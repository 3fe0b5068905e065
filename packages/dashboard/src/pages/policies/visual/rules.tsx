import { type Rule, type RuleList, readRule, ruleWords } from '../../../builder/index.ts';
import { TextField } from '../../../ui/index.ts';
import { Conditions } from './conditions.tsx';
import { JsonBlock } from './json-block.tsx';
import { type ListTexts, OpenedList } from './opened-list.tsx';

const LISTS = {
  deny_if: { title: 'Refuse if', add: 'Add a refusal', none: 'No call is refused for its arguments.' },
  require: { title: 'Require that', add: 'Add a requirement', none: 'Nothing is required.' },
  require_approval_if: {
    title: 'Ask a person if',
    add: 'Add a question',
    none: 'No call waits for a person.',
  },
} as const satisfies Record<RuleList, ListTexts>;

/** The rules of one list, as sentences that open. */
export function Rules({
  list,
  of = [],
  onChange,
}: {
  readonly list: RuleList;
  readonly of: readonly Rule[] | undefined;
  /** Undefined when none is left. */
  readonly onChange: (rules: readonly Rule[] | undefined) => void;
}) {
  return (
    <OpenedList
      section={list}
      of={of}
      texts={LISTS[list]}
      wordsOf={(rule) => ruleWords(rule, list)}
      fresh={(): Rule => ({ kind: 'rule', conditions: [] })}
      onChange={onChange}
    >
      {(rule, change) => <Opened rule={rule} onChange={change} />}
    </OpenedList>
  );
}

function Opened({
  onChange,
  rule,
}: {
  readonly rule: Rule;
  readonly onChange: (rule: Rule | undefined) => void;
}) {
  if (rule.kind === 'json')
    return (
      <JsonBlock
        label="rule"
        isRemovable={false}
        value={rule.value}
        onChange={(value) => onChange(value === undefined ? undefined : readRule(value))}
      />
    );
  return (
    <>
      <Conditions of={rule.conditions} onChange={(conditions) => onChange({ ...rule, conditions })} />
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label="Message of the rule"
          value={rule.onDeny ?? ''}
          onChange={({ target }) => onChange({ ...rule, onDeny: target.value || undefined })}
        />
        <TextField
          label="Name of the rule"
          hint="Shown in the log."
          value={rule.name ?? ''}
          onChange={({ target }) => onChange({ ...rule, name: target.value || undefined })}
        />
      </div>
    </>
  );
}
