import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { useId, useState } from 'react';
import {
  Button,
  RemoveButton,
  SelectField,
  TextArea,
  TextField,
  Untrusted,
  useRemoval,
  visible,
} from '../ui/index.ts';
import type { Member, Plan } from './plan.ts';

type Asked<Kind extends Plan['kind']> = {
  readonly label: string;
  readonly hint: string;
  readonly plan: Plan & { readonly kind: Kind };
  /** Undefined: not given. */
  readonly value: Json | undefined;
  readonly onChange: (value: Json | undefined) => void;
};

/** Fields for the members of an object; what is not given is left out of it. */
export function MemberFields({
  members,
  onChange,
  value,
}: {
  readonly members: readonly Member[];
  readonly value: JsonObject;
  readonly onChange: (value: JsonObject) => void;
}) {
  return members.map(({ description, isRequired, name, plan }) => (
    <PlanField
      key={name}
      label={`${visible(name)}${isRequired ? ' *' : ''}`}
      hint={description}
      plan={plan}
      value={Object.hasOwn(value, name) ? value[name] : undefined}
      onChange={(next) => onChange(withMember(value, name, next))}
    />
  ));
}

function withMember(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  const { [name]: _before, ...others } = object;
  return value === undefined ? others : { ...object, [name]: value };
}

function PlanField(asked: Asked<Plan['kind']>) {
  // Each branch hands on what it has just told apart.
  switch (asked.plan.kind) {
    case 'text':
      return <WordField {...asked} />;
    case 'number':
      return <NumberField {...asked} plan={asked.plan} />;
    case 'truth':
      return <ChoiceField {...asked} plan={{ kind: 'choice', of: [true, false] }} />;
    case 'choice':
      return <ChoiceField {...asked} plan={asked.plan} />;
    case 'list':
      return <ListField {...asked} plan={asked.plan} />;
    case 'object':
      return <ObjectField {...asked} plan={asked.plan} />;
    case 'json':
      return <JsonField {...asked} />;
  }
}

/** The beginning of a server's description: whole ones would hide the form. */
const HINT_MAX = 140;

function Hint({ text }: { readonly text: string }) {
  return <Untrusted text={text.length > HINT_MAX ? `${text.slice(0, HINT_MAX)}…` : text} />;
}

function hinted(hint: string) {
  return hint === '' ? {} : { hint: <Hint text={hint} /> };
}

function WordField({ hint, label, onChange, value }: Omit<Asked<'text'>, 'plan'>) {
  const text = typeof value === 'string' ? value : '';
  return (
    <TextField
      label={label}
      {...hinted(hint)}
      value={text}
      onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
    />
  );
}

function NumberField({ hint, label, onChange, plan, value }: Asked<'number'>) {
  return (
    <TextField
      label={label}
      {...hinted(hint)}
      type="number"
      step={plan.isInteger ? 1 : 'any'}
      value={typeof value === 'number' ? value : ''}
      onChange={({ target }) => onChange(target.value === '' ? undefined : target.valueAsNumber)}
    />
  );
}

function ChoiceField({ hint, label, onChange, plan, value }: Asked<'choice'>) {
  const chosen = plan.of.findIndex((one) => JSON.stringify(one) === JSON.stringify(value));
  return (
    <SelectField
      label={label}
      {...hinted(hint)}
      value={chosen}
      onChange={({ target }) => onChange(plan.of[Number(target.value)])}
    >
      <option value={-1}>not given</option>
      {plan.of.map((one, at) => (
        <option key={JSON.stringify(one)} value={at}>
          {visible(typeof one === 'string' ? one : JSON.stringify(one))}
        </option>
      ))}
    </SelectField>
  );
}

function ListField({ hint, label, onChange, plan, value }: Asked<'list'>) {
  const { adds, removing } = useRemoval();
  const items: readonly Json[] = Array.isArray(value) ? value : [];
  return (
    <Group label={label} hint={hint}>
      {items.map((item, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: elements have no name but their place
        <div key={at} className="flex items-end gap-2">
          <div className="min-w-0 flex-1">
            <PlanField
              label={`${label}, element ${at + 1}`}
              hint=""
              plan={plan.of}
              value={item ?? undefined}
              onChange={(next) => onChange(items.with(at, next ?? null))}
            />
          </div>
          <RemoveButton
            label={`Remove element ${at + 1} of ${label}`}
            {...removing(at, () => onChange(items.length === 1 ? undefined : items.toSpliced(at, 1)))}
          />
        </div>
      ))}
      <div>
        <Button {...adds} onClick={() => onChange([...items, emptyOf(plan.of)])}>
          Add an element
        </Button>
      </div>
    </Group>
  );
}

function emptyOf(plan: Plan): Json {
  if (plan.kind === 'text') return '';
  return plan.kind === 'object' ? {} : null;
}

function ObjectField({ hint, label, onChange, plan, value }: Asked<'object'>) {
  return (
    <Group label={label} hint={hint}>
      <MemberFields
        members={plan.members}
        value={isJsonObject(value) ? value : {}}
        onChange={(next) => onChange(Object.keys(next).length === 0 ? undefined : next)}
      />
    </Group>
  );
}

/** Written as JSON; while it does not read, the value stays what it was. */
export function JsonField({ hint, label, onChange, value }: Omit<Asked<'json'>, 'plan'>) {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, undefined, 2)));
  const read = readText(text);
  return (
    <TextArea
      label={label}
      hint={hint === '' ? 'As JSON.' : <Hint text={hint} />}
      error={read.ok ? undefined : 'Not valid JSON yet: the value is unchanged.'}
      rows={Math.min(12, text.split('\n').length + 1)}
      value={text}
      onChange={({ target }) => {
        setText(target.value);
        const next = readText(target.value);
        if (next.ok) onChange(next.value);
      }}
    />
  );
}

function readText(
  text: string,
): { readonly ok: true; readonly value: Json | undefined } | { readonly ok: false } {
  if (text.trim() === '') return { ok: true, value: undefined };
  try {
    // What `JSON.parse` gives is JSON.
    return { ok: true, value: JSON.parse(text) as Json };
  } catch {
    return { ok: false };
  }
}

function Group({
  children,
  hint,
  label,
}: {
  readonly label: string;
  readonly hint: string;
  readonly children: React.ReactNode;
}) {
  const id = useId();
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 border-line border-l-2 pl-3" aria-describedby={id}>
      <legend className="mb-1 font-medium">{label}</legend>
      <div id={id} className="-mt-2 text-soft text-sm">
        <Hint text={hint} />
      </div>
      {children}
    </fieldset>
  );
}
