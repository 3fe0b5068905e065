import { Button } from './button.tsx';
import { Each } from './each.tsx';
import { TextField } from './field.tsx';
import { RemoveButton, useRemoval } from './removal.tsx';

/** Texts one below the other, each of which can be changed or removed, and room for further ones. */
export function TextList({
  add,
  label,
  onChange,
  placeholder,
  values,
}: {
  readonly label: string;
  /** As in "Add a host". */
  readonly add: string;
  readonly placeholder?: string;
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}) {
  const { adds, removing } = useRemoval();
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1 font-medium">{label}</legend>
      <Each of={values}>
        {(value, index) => (
          <div className="flex items-center gap-1.5">
            <div className="min-w-0 flex-1">
              <TextField
                label={`${label}, ${index + 1}`}
                isLabelHidden
                value={value}
                placeholder={placeholder}
                onChange={({ target }) => onChange(values.with(index, target.value))}
              />
            </div>
            <RemoveButton
              label={`Remove ${label}, ${index + 1}`}
              {...removing(index, () => onChange(values.filter((_, at) => at !== index)))}
            />
          </div>
        )}
      </Each>
      <div>
        <Button {...adds} onClick={() => onChange([...values, ''])}>
          {add}
        </Button>
      </div>
    </fieldset>
  );
}
