import { useState } from 'react';
import { TextField } from './field.tsx';

/** A number that is being typed: what is none yet stays in the field, and is not told. */
export function NumberField({
  isWhole = false,
  min,
  onChange,
  value,
  ...told
}: {
  readonly label: string;
  readonly hint?: string;
  readonly isLabelHidden?: boolean;
  readonly value: number;
  readonly isWhole?: boolean;
  readonly min?: number;
  readonly onChange: (value: number) => void;
}) {
  const [draft, setDraft] = useState({ text: String(value), of: value });
  // What another change made of the value is shown instead of what was typed.
  const shown = draft.of === value ? draft.text : String(value);
  return (
    <TextField
      {...told}
      inputMode="decimal"
      value={shown}
      error={faultOf(numberOf(shown), { isWhole, min })}
      onChange={({ target }) => {
        const next = numberOf(target.value);
        const isTaken = next !== undefined && faultOf(next, { isWhole, min }) === undefined;
        setDraft({ text: target.value, of: isTaken ? next : value });
        if (isTaken) onChange(next);
      }}
    />
  );
}

type Bounds = { readonly isWhole: boolean; readonly min: number | undefined };

function faultOf(number: number | undefined, { isWhole, min }: Bounds): string | undefined {
  const isTaken =
    number !== undefined && (!isWhole || Number.isInteger(number)) && (min === undefined || number >= min);
  if (isTaken) return undefined;
  return `expected a ${isWhole ? 'whole ' : ''}number${min === undefined ? '' : ` of at least ${min}`}`;
}

function numberOf(text: string): number | undefined {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}
