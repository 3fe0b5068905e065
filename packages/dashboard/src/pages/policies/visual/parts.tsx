import {
  type Approval,
  approvalWords,
  readApproval,
  readValidate,
  type Validate,
  validateWords,
} from '../../../builder/index.ts';
import { CheckField, NumberField, Section, SelectField, TextList } from '../../../ui/index.ts';
import { JsonBlock } from './json-block.tsx';
import { Said } from './sentence.tsx';
import { LengthField } from './window-field.tsx';

/** What arguments are checked for before any rule. */
export function ValidateForm({
  of,
  onChange,
}: {
  readonly of: Validate | undefined;
  readonly onChange: (validate: Validate | undefined) => void;
}) {
  if (of?.kind === 'json')
    return (
      <Section title="Check of the arguments">
        <JsonBlock
          label="validate"
          value={of.value}
          onChange={(value) => onChange(value === undefined ? undefined : readValidate(value))}
        />
      </Section>
    );
  const { requiredArgs, schema, unknownArgs } = of ?? {};
  const set = (part: Partial<Exclude<Validate, { kind: 'json' }>>) => {
    const next = { kind: 'validate', requiredArgs, schema, unknownArgs, ...part } as const;
    const isAnything =
      next.requiredArgs !== undefined || next.schema !== undefined || next.unknownArgs !== undefined;
    onChange(isAnything ? next : undefined);
  };
  return (
    <Section title="Check of the arguments">
      <p className="text-soft text-sm">
        <Said of={validateWords(of)} />
      </p>
      <CheckField
        label="All required arguments are present"
        checked={requiredArgs === true}
        onChange={({ target }) => set({ requiredArgs: target.checked || undefined })}
      />
      <CheckField
        label="They match the tool's schema"
        checked={schema === true}
        onChange={({ target }) => set({ schema: target.checked || undefined })}
      />
      <CheckField
        label="There are none besides those in the schema"
        checked={unknownArgs === 'deny'}
        onChange={({ target }) => set({ unknownArgs: target.checked ? 'deny' : undefined })}
      />
    </Section>
  );
}

type Own = Exclude<Approval, { kind: 'json' }>;

/** Who may let a call through that waits, and how long it waits. */
export function ApprovalForm({
  of,
  onChange,
}: {
  readonly of: Approval | undefined;
  readonly onChange: (approval: Approval | undefined) => void;
}) {
  return (
    <Section title="Approval">
      <p className="text-soft text-sm">
        A call that asks <Said of={approvalWords(of)} />.
      </p>
      {of?.kind === 'json' ? (
        <JsonBlock
          label="approval"
          value={of.value}
          onChange={(value) => onChange(value === undefined ? undefined : readApproval(value))}
        />
      ) : (
        <ApprovalFields of={of ?? { kind: 'approval' }} onChange={onChange} />
      )}
    </Section>
  );
}

const DEFAULT_TIMEOUT = '10m';
const REMEMBERED = [
  ['none', 'ask every time'],
  ['session', 'let it pass for the session'],
  ['time', 'let it pass for a time'],
] as const;

function ApprovalFields({
  of,
  onChange,
}: {
  readonly of: Own;
  readonly onChange: (approval: Approval | undefined) => void;
}) {
  const set = (part: Partial<Own>) => {
    const { kind: _kind, ...rest } = { ...of, ...part };
    const isAnything = Object.values(rest).some((value) => value !== undefined);
    onChange(isAnything ? { kind: 'approval', ...rest } : undefined);
  };
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <fieldset className="min-w-0">
        <legend className="mb-1 font-medium">Waits at most</legend>
        <LengthField
          label="Waits at most"
          value={of.timeout ?? DEFAULT_TIMEOUT}
          onChange={(timeout) => set({ timeout })}
        />
      </fieldset>
      <NumberField
        label="Different people who must agree"
        isWhole
        min={1}
        value={of.required ?? 1}
        onChange={(required) => set({ required: required === 1 ? undefined : required })}
      />
      <Remembered of={of.remember} onChange={(remember) => set({ remember })} />
      <CheckField
        label="The grant's owner may approve"
        checked={of.self === true}
        onChange={({ target }) => set({ self: target.checked || undefined })}
      />
      <div className="sm:col-span-2">
        <TextList
          label="Who may approve"
          add={of.approvers === undefined ? 'Name approvers' : 'Add somebody'}
          placeholder="admin, approver or an e-mail"
          values={of.approvers ?? []}
          onChange={(approvers) => set({ approvers: approvers.length === 0 ? undefined : approvers })}
        />
      </div>
    </div>
  );
}

/** Whether the very same call has to ask again. */
function Remembered({
  of,
  onChange,
}: {
  readonly of: Own['remember'];
  readonly onChange: (remember: Own['remember']) => void;
}) {
  const chosen = of === undefined || of === 'none' ? 'none' : of === 'session' ? 'session' : 'time';
  return (
    <div className="flex flex-col gap-1.5">
      <SelectField
        label="The very same call again"
        value={chosen}
        onChange={({ target }) =>
          onChange(target.value === 'none' ? undefined : target.value === 'time' ? '1h' : 'session')
        }
      >
        {REMEMBERED.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </SelectField>
      {chosen === 'time' ? (
        <LengthField label="Remembered for" value={of ?? '1h'} onChange={onChange} />
      ) : null}
    </div>
  );
}
