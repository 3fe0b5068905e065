import { useId } from 'react';
import { Button } from './button.tsx';
import { RemoveButton, useRemoval } from './removal.tsx';

export type NamedValue = { readonly name: string; readonly value: string };

/** Names with values that are not shown again once they are sent. */
export function SecretRows({
  add,
  areNamesFixed = false,
  errorOf,
  label,
  onChange,
  rows,
  suggestion = '',
}: {
  /** As in "Headers". */
  readonly label: string;
  /** As in "Add a header". */
  readonly add: string;
  readonly rows: readonly NamedValue[];
  readonly onChange: (rows: readonly NamedValue[]) => void;
  readonly errorOf?: (name: string) => string | undefined;
  /** The name of a new row. */
  readonly suggestion?: string;
  readonly areNamesFixed?: boolean;
}) {
  const id = useId();
  const { adds, removing } = useRemoval();
  const change = (at: number, part: Partial<NamedValue>) =>
    onChange(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  return (
    <fieldset className="flex min-w-0 flex-col gap-2" aria-describedby={`${id}-about`}>
      <legend className="mb-1 font-medium">{label}</legend>
      {rows.map((row, at) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          key={at}
          at={at}
          row={row}
          isNameFixed={areNamesFixed}
          error={errorOf?.(row.name)}
          onChange={(part) => change(at, part)}
          removing={removing(at, () => onChange(rows.filter((_, index) => index !== at)))}
        />
      ))}
      {areNamesFixed ? null : (
        <div>
          <Button
            {...adds}
            onClick={() => onChange([...rows, { name: rows.length === 0 ? suggestion : '', value: '' }])}
          >
            {add}
          </Button>
        </div>
      )}
      <p id={`${id}-about`} className="text-soft text-sm">
        Values are never shown again: later you see only fingerprints.
      </p>
    </fieldset>
  );
}

const BOX =
  'min-h-9 w-full min-w-0 rounded-md border border-line-strong bg-card px-2.5 py-1.5 font-mono text-sm';

function Row({
  at,
  error,
  isNameFixed,
  onChange,
  removing,
  row,
}: {
  readonly at: number;
  readonly row: NamedValue;
  readonly isNameFixed: boolean;
  readonly error: string | undefined;
  readonly onChange: (part: Partial<NamedValue>) => void;
  readonly removing: object;
}) {
  const id = useId();
  const tied = error === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': id };
  return (
    <div className="flex flex-col gap-1">
      <div className="grid gap-2 sm:grid-cols-[1fr_2fr_auto]">
        <input
          {...tied}
          aria-label={`Name ${at + 1}`}
          className={BOX}
          value={row.name}
          readOnly={isNameFixed}
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => onChange({ name: target.value })}
        />
        <input
          aria-label={row.name === '' ? `Value ${at + 1}` : `Value of ${row.name}`}
          className={BOX}
          type="password"
          autoComplete="new-password"
          value={row.value}
          onChange={({ target }) => onChange({ value: target.value })}
        />
        {isNameFixed ? null : (
          <RemoveButton label={`Remove ${row.name === '' ? `row ${at + 1}` : row.name}`} {...removing} />
        )}
      </div>
      {error === undefined ? null : (
        <p id={id} className="text-bad text-sm">
          {error}
        </p>
      )}
    </div>
  );
}
