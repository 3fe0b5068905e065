import { isJsonObject, type Json } from '@boomgate/engine';
import {
  type Entry,
  isShort,
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
  /** Undefined takes the entry away. */
  readonly onChange: (value: Json | undefined) => void;
  /** Absent where it cannot be written out. */
  readonly onWriteOut?: (() => void) | undefined;
}) {
  const entry = readEntry(value);
  if (entry === undefined) return <JsonBlock label="entry" value={value} onChange={onChange} />;
  const change = (next: Entry) => onChange(writeEntry(next));
  const given = { of: entry, onChange: change };
  return (
    <div className="flex flex-col gap-6">
      {entry.listed === undefined ? (
        <>
          {isAllTools || isFormless(entry, 'action') ? null : <Action {...given} />}
          <RuleLists {...given} />
          {isAllTools || isFormless(entry, 'validate') ? null : (
            <ValidateForm of={entry.validate} onChange={(validate) => change({ ...entry, validate })} />
          )}
          {isFormless(entry, 'limits') ? null : (
            <Limits counter={counter} of={entry.limits} onChange={(limits) => change({ ...entry, limits })} />
          )}
          {isAllTools || isFormless(entry, 'approval') ? null : <Asking {...given} />}
        </>
      ) : (
        <ListedRules of={entry.listed} />
      )}
      {isShort(entry) ? <Short of={entry} onWriteOut={onWriteOut} /> : null}
      <Rest {...given} />
    </div>
  );
}

/** Whether a key stands below as JSON: a form beside it would change nothing. */
function isFormless({ rest }: Entry, key: string): boolean {
  return rest.some(([name]) => name === key);
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
      {(of.action === undefined && of.reason === undefined) || isFormless(of, 'reason') ? null : (
        <Reason of={of} onChange={onChange} />
      )}
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
  return RULE_LISTS.filter((list) => !isFormless(of, list)).map((list: RuleList) => (
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
export function Short({
  of,
  onWriteOut,
}: {
  readonly of: Entry;
  readonly onWriteOut: (() => void) | undefined;
}) {
  const short = [of.rateLimit, of.spendLimit].filter((one) => one !== undefined);
  return (
    <Section
      title={of.listed === undefined ? 'In short form' : 'As a list of rules'}
      actions={onWriteOut === undefined ? null : <Button onClick={onWriteOut}>Write it out</Button>}
    >
      {short.map((one) => (
        <p key={sayAloud(shortFormWords(one))}>{sayAloud(shortFormWords(one))}</p>
      ))}
      <p className="text-soft text-sm">
        {onWriteOut === undefined
          ? 'Change it in the JSON view. It can be written out once it has no problems.'
          : 'Write it out to change it here. Its meaning stays the same.'}
      </p>
    </Section>
  );
}

/** Keys that no form shows. */
function Rest({ of, onChange }: Change) {
  if (of.rest.length === 0) return null;
  return (
    <Section title="Parts without a form">
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
