import { useId } from 'react';

type Option<Value extends string> = { readonly value: Value; readonly label: string };

/** One of a few, all of them in sight. Arrow keys move it, as radio buttons do. */
export function Choice<Value extends string>({
  isLabelHidden = false,
  label,
  onChange,
  options,
  value,
}: {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly options: readonly Option<Value>[];
  /** Undefined when it is none of them. */
  readonly value: Value | undefined;
  readonly onChange: (value: Value) => void;
}) {
  const name = useId();
  return (
    <fieldset className="min-w-0">
      <legend className={isLabelHidden ? 'sr-only' : 'mb-1 font-medium'}>{label}</legend>
      <div className="inline-flex max-w-full flex-wrap gap-0.5 rounded-md border border-line bg-sunken p-0.5">
        {options.map((option) => (
          <label key={option.value} className="relative">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="peer absolute inset-0 size-full cursor-pointer appearance-none rounded disabled:cursor-not-allowed"
            />
            <span className="pointer-events-none relative flex min-h-8 items-center rounded px-2.5 text-soft peer-checked:bg-card peer-checked:font-medium peer-checked:text-ink peer-checked:shadow-sm peer-hover:text-ink">
              {option.label}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
