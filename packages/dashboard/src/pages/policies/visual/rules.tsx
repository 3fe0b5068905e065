import { useState } from 'react';
import { type Rule, type RuleList, readRule, ruleWords } from '../../../builder/index.ts';
import { Button, Each, Section, TextField } from '../../../ui/index.ts';
import { Conditions } from './conditions.tsx';
import { JsonBlock } from './json-block.tsx';
import { Said } from './sentence.tsx';

const LISTS = {
  deny_if: { title: 'Refuse if', add: 'Add a refusal', none: 'No call is refused for its arguments.' },
  require: { title: 'Require that', add: 'Add a requirement', none: 'Nothing is required.' },
  require_approval_if: {
    title: 'Ask a person if',
    add: 'Add a question',
    none: 'No call waits for a person.',
  },
} as const satisfies Record<RuleList, object>;

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
  const [opened, setOpened] = useState<number>();
  const { add, none, title } = LISTS[list];
  const change = (index: number, rule: Rule | undefined) => {
    const next = rule === undefined ? of.filter((_, at) => at !== index) : of.with(index, rule);
    if (rule === undefined) setOpened(undefined);
    onChange(next.length === 0 ? undefined : next);
  };
  const append = () => {
    onChange([...of, { kind: 'rule', conditions: [] }]);
    setOpened(of.length);
  };
  return (
    <Section title={title} actions={<Button onClick={append}>{add}</Button>}>
      {of.length === 0 ? <p className="text-soft text-sm">{none}</p> : null}
      <ul className="flex flex-col gap-2">
        <Each of={of}>
          {(rule, index) => (
            <OneRule
              rule={rule}
              list={list}
              isOpen={opened === index}
              onToggle={() => setOpened(opened === index ? undefined : index)}
              onChange={(next) => change(index, next)}
            />
          )}
        </Each>
      </ul>
    </Section>
  );
}

type Shown = {
  readonly rule: Rule;
  readonly list: RuleList;
  readonly onChange: (rule: Rule | undefined) => void;
};

function OneRule({
  isOpen,
  onToggle,
  ...shown
}: Shown & { readonly isOpen: boolean; readonly onToggle: () => void }) {
  const { list, onChange, rule } = shown;
  return (
    <li className="flex flex-col gap-3 rounded-md border border-line bg-card p-2.5">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <p className="min-w-0 flex-1 basis-48 py-1">
          <Said of={ruleWords(rule, list)} />
        </p>
        <div className="flex gap-1">
          <Button kind="quiet" aria-expanded={isOpen} onClick={onToggle}>
            {isOpen ? 'Close' : 'Change'}
          </Button>
          <Button kind="quiet" onClick={() => onChange(undefined)}>
            Remove
          </Button>
        </div>
      </div>
      {isOpen ? <Opened {...shown} /> : null}
    </li>
  );
}

function Opened({ onChange, rule }: Shown) {
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
          label="What is said then"
          value={rule.onDeny ?? ''}
          onChange={({ target }) => onChange({ ...rule, onDeny: target.value || undefined })}
        />
        <TextField
          label="Name of the rule"
          hint="What the log calls it."
          value={rule.name ?? ''}
          onChange={({ target }) => onChange({ ...rule, name: target.value || undefined })}
        />
      </div>
    </>
  );
}
