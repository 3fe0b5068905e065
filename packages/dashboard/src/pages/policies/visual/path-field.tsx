import { parsePath } from '@boomgate/engine';
import { useState } from 'react';
import { type Field, FREE_FIELDS } from '../../../builder/index.ts';
import { SelectField, TextField, visible } from '../../../ui/index.ts';
import { useFields } from './fields.tsx';

const OTHER = '\0other';

/** What is looked at: an argument that the schema names, what is known of every call, or any path. */
export function PathField({
  isArgument = false,
  label,
  onChange,
  value,
}: {
  readonly label: string;
  /** Only arguments can be counted by. */
  readonly isArgument?: boolean;
  readonly value: string;
  /** A path that is being typed may be that of another place on the way. */
  readonly onChange: (path: string, by: 'choice' | 'typing') => void;
}) {
  const fields = useFields().filter(({ path }) => !isArgument || !path.includes('[*]'));
  const free = isArgument ? [] : FREE_FIELDS;
  const isKnown = [...fields, ...free].some(({ path }) => path === value);
  const [isOther, setOther] = useState(false);
  const read = parsePath(value);
  const isFree = isOther || !isKnown;
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <SelectField
        label={label}
        isLabelHidden
        value={isFree ? OTHER : value}
        onChange={({ target }) => {
          setOther(target.value === OTHER);
          if (target.value !== OTHER) onChange(target.value, 'choice');
        }}
      >
        {fields.length === 0 ? null : <optgroup label="Arguments">{fields.map(optionOf)}</optgroup>}
        {free.length === 0 ? null : <optgroup label="Of every call">{free.map(optionOf)}</optgroup>}
        <option value={OTHER}>another path …</option>
      </SelectField>
      {isFree ? (
        <TextField
          label={`${label}, as a path`}
          isLabelHidden
          placeholder="args.amount"
          value={value}
          error={read.ok ? undefined : visible(read.message)}
          onChange={({ target }) => {
            // The field stays where what is typed is in the list for a moment.
            setOther(true);
            onChange(target.value, 'typing');
          }}
        />
      ) : null}
    </div>
  );
}

function optionOf({ of, path, types }: Field) {
  const name = path.replace(/^args\./, '');
  return (
    <option key={path} value={path}>
      {visible(`${name}${types.length === 0 ? '' : ` (${types.join(' or ')})`}${ofTools(of)}`)}
    </option>
  );
}

/** Tools that an argument is said to be of; a longer list would hide the argument. */
const NAMED_MAX = 2;

function ofTools(tools: readonly string[] = []): string {
  if (tools.length === 0) return '';
  const more = tools.length - NAMED_MAX;
  return ` of ${tools.slice(0, NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** All that the form knows: arguments, and what every call has. */
export function useAllFields(): readonly Field[] {
  return [...useFields(), ...FREE_FIELDS];
}
