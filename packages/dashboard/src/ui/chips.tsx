import { useId } from 'react';

/** One of a few names, all of them seen at once. */
export function Chips({
  label,
  names,
  onChange,
  value,
}: {
  readonly label: string;
  readonly names: readonly (readonly [key: string, name: string])[];
  readonly value: string;
  readonly onChange: (key: string) => void;
}) {
  const id = useId();
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 font-medium">{label}</legend>
      <div className="flex flex-wrap gap-1.5">
        {names.map(([key, name]) => (
          <label
            key={key}
            className="relative flex min-h-8 cursor-pointer items-center rounded-md border border-line bg-card px-2.5 hover:bg-sunken has-checked:border-accent has-checked:bg-accent-soft has-checked:font-medium has-checked:text-accent-text has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2"
          >
            <input
              type="radio"
              name={id}
              value={key}
              checked={key === value}
              onChange={() => onChange(key)}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
