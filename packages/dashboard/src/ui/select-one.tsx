import type { ReactNode } from 'react';
import { SelectField } from './field.tsx';

/** One of a few, each in words of its own. */
export function SelectOne<Value extends string>({
  of,
  onChange,
  value,
  ...field
}: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  /** Each value and its words. */
  readonly of: readonly (readonly [Value, string])[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}) {
  return (
    <SelectField
      {...field}
      value={value}
      onChange={({ target }) => onChange(of.find(([key]) => key === target.value)?.[0] ?? value)}
    >
      {of.map(([key, words]) => (
        <option key={key} value={key}>
          {words}
        </option>
      ))}
    </SelectField>
  );
}
