import { useRef, useState } from 'react';
import { Button } from './button.tsx';

/**
 * One of several that takes effect with the button beside it, which comes once another one is chosen: a list that is not open
 * changes with each press of an arrow key, and who only passes a value must not be taken at it.
 */
export function DeliberateSelect<Value extends string>({
  act,
  isBusy,
  label,
  of,
  value,
  verb,
}: {
  readonly label: string;
  /** What the button says. */
  readonly verb: string;
  /** Each value and its words. */
  readonly of: readonly (readonly [Value, string])[];
  /** What is in force; '' where nothing is yet, which cannot be chosen. */
  readonly value: Value | '';
  readonly isBusy: boolean;
  readonly act: (chosen: Value) => Promise<unknown>;
}) {
  const [chosen, setChosen] = useState<Value>();
  const select = useRef<HTMLSelectElement>(null);
  const shown = chosen ?? value;
  const run = async () => {
    if (chosen !== undefined) await act(chosen);
    setChosen(undefined);
    // The button leaves with what it was for.
    select.current?.focus({ preventScroll: true });
  };
  return (
    <>
      <select
        ref={select}
        aria-label={label}
        value={shown}
        onChange={({ target }) => setChosen(of.find(([key]) => key === target.value)?.[0])}
        className="min-h-8 min-w-0 max-w-full rounded-md border border-line-strong bg-card px-2"
      >
        {value === '' ? (
          <option value="" disabled>
            choose one
          </option>
        ) : null}
        {of.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
      {shown === value ? null : (
        <Button kind="main" isBusy={isBusy} onClick={() => void run()} aria-label={`${verb}: ${label}`}>
          {verb}
        </Button>
      )}
    </>
  );
}
