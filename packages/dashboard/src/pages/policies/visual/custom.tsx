import { isJsonObject, type Json } from '@boomgate/engine';
import {
  type Entry,
  isShortened,
  RULE_LISTS,
  type RuleList,
  readEntry,
  sayAloud,
  shortFormWords,
  writeEntry,
} from '../../../builder/index.ts';
import { Button, Choice, Section, TextField } from '../../../ui/index.ts';
import { JsonBlock } from './json-block.tsx';
import { Limits } from './limits.tsx';
import { ListedRules } from './listed.tsx';
import { ApprovalForm, ValidateForm } from './parts.tsx';
import { Rules } from './rules.tsx';

type Change = { readonly of: Entry; readonly onChange: (entry: Entry) => void };

/** Everything that an entry can say; of `all_tools`, what all calls have in common. */
export function Custom({
  counter,
  isAllTools = false,
  onChange,
  onWriteOut,
  value,
}: {
  readonly value: Json;
  readonly counter: string;
  readonly isAllTools?: boolean;
  readonly onChange: (value: Json) => void;
  readonly onWriteOut?: () => void;
}) {
  const entry = readEntry(value);
  if (entry === undefined)
    return <JsonBlock label="entry" value={value} onChange={(next) => onChange(next ?? {})} />;
  const change = (next: Entry) => onChange(writeEntry(next));
  const given = { of: entry, onChange: change };
  const writeOut = isShortened(value) ? onWriteOut : undefined;
  return (
    <div className="flex flex-col gap-6">
      {entry.listed === undefined ? (
        <>
          {isAllTools ? null : <Action {...given} />}
          <RuleLists {...given} />
          {isAllTools ? null : (
            <ValidateForm of={entry.validate} onChange={(validate) => change({ ...entry, validate })} />
          )}
          <Limits counter={counter} of={entry.limits} onChange={(limits) => change({ ...entry, limits })} />
          {isAllTools ? null : <Asking {...given} />}
        </>
      ) : (
        <ListedRules of={entry.listed} />
      )}
      {writeOut === undefined ? null : <Short of={entry} onWriteOut={writeOut} />}
      <Rest {...given} />
    </div>
  );
}

function Action({ of, onChange }: Change) {
  return (
    <div className="flex flex-col gap-3">
      <Choice
        label="A call that no rule refuses"
        value={of.action === undefined ? 'allow' : of.action}
        options={[
          { value: 'allow', label: 'passes' },
          { value: 'require_approval', label: 'asks a person' },
          { value: 'deny', label: 'is refused' },
        ]}
        onChange={(action) => onChange({ ...of, action: action === 'allow' ? undefined : action })}
      />
      {of.action === undefined && of.reason === undefined ? null : <Reason of={of} onChange={onChange} />}
    </div>
  );
}

/** Of an entry that refuses or asks. */
export function Reason({ of, onChange }: Change) {
  return (
    <TextField
      label="What the agent is told"
      value={of.reason ?? ''}
      onChange={({ target }) => onChange({ ...of, reason: target.value || undefined })}
    />
  );
}

function RuleLists({ of, onChange }: Change) {
  return RULE_LISTS.map((list: RuleList) => (
    <Rules
      key={list}
      list={list}
      of={of.rules[list]}
      onChange={(rules) => {
        const { [list]: _before, ...others } = of.rules;
        onChange({ ...of, rules: rules === undefined ? others : { ...others, [list]: rules } });
      }}
    />
  ));
}

/** Only where something can ask. */
function Asking({ of, onChange }: Change) {
  const asks = of.action === 'require_approval' || of.rules.require_approval_if !== undefined;
  if (!asks && of.approval === undefined) return null;
  return <ApprovalForm of={of.approval} onChange={(approval) => onChange({ ...of, approval })} />;
}

/** Limits in their short form: they stay as they are until somebody wants more of them. */
export function Short({ of, onWriteOut }: { readonly of: Entry; readonly onWriteOut: () => void }) {
  const short = [of.rateLimit, of.spendLimit].filter((one) => one !== undefined);
  return (
    <Section
      title={of.listed === undefined ? 'In short form' : 'As a list of rules'}
      actions={<Button onClick={onWriteOut}>Write it out</Button>}
    >
      {short.map((one) => (
        <p key={sayAloud(shortFormWords(one))}>{sayAloud(shortFormWords(one))}</p>
      ))}
      <p className="text-soft text-sm">It can be changed when it is written out, which means the same.</p>
    </Section>
  );
}

/** Keys that no form shows. */
function Rest({ of, onChange }: Change) {
  if (of.rest.length === 0) return null;
  return (
    <Section title="What has no form">
      {of.rest.map(([key, value]) => (
        <JsonBlock
          key={key}
          label={`"${key}"`}
          value={value}
          onChange={(next) => onChange(withRest(of, key, next))}
        />
      ))}
    </Section>
  );
}

function withRest(entry: Entry, key: string, value: Json | undefined): Entry {
  const rest = entry.rest.filter(([name]) => name !== key);
  const written = writeEntry({ ...entry, rest });
  // What was written as JSON may have a form now.
  const next = isJsonObject(written) && value !== undefined ? { ...written, [key]: value } : written;
  return readEntry(next) ?? entry;
}
