import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import {
  Button,
  Each,
  NumberField,
  RemoveButton,
  SelectField,
  TextField,
  useRemoval,
} from '../../../ui/index.ts';

type Kind = 'text' | 'number' | 'flag' | 'list' | 'object' | 'nothing';

const KINDS: Readonly<Record<Kind, { readonly name: string; readonly empty: Json }>> = {
  text: { name: 'text', empty: '' },
  number: { name: 'number', empty: 0 },
  flag: { name: 'yes or no', empty: true },
  list: { name: 'list', empty: [] },
  object: { name: 'object', empty: {} },
  nothing: { name: 'nothing', empty: null },
};

export function kindOf(value: Json): Kind {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'list';
  if (isJsonObject(value)) return 'object';
  if (typeof value === 'boolean') return 'flag';
  return typeof value === 'number' ? 'number' : 'text';
}

type Shown = {
  readonly label: string;
  readonly value: Json;
  readonly onChange: (value: Json) => void;
};

/** Any JSON value, made without writing JSON. */
export function JsonValue({ label, onChange, value }: Shown) {
  const kind = kindOf(value);
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="flex min-w-0 gap-1.5">
        <div className="w-28 shrink-0">
          <SelectField
            label={`${label}, kind`}
            isLabelHidden
            value={kind}
            // The options are the keys of the table.
            onChange={({ target }) => onChange(KINDS[target.value as Kind].empty)}
          >
            {Object.entries(KINDS).map(([one, { name }]) => (
              <option key={one} value={one}>
                {name}
              </option>
            ))}
          </SelectField>
        </div>
        <div className="min-w-0 flex-1">
          <Scalar {...{ label, value, onChange }} />
        </div>
      </div>
      {Array.isArray(value) ? <ListOfValues label={label} values={value} onChange={onChange} /> : null}
      {isJsonObject(value) ? <Members label={label} object={value} onChange={onChange} /> : null}
    </div>
  );
}

/** A text, a number or yes and no, in the field that fits. */
export function Scalar({ label, onChange, value }: Shown) {
  if (typeof value === 'string')
    return (
      <TextField
        label={label}
        isLabelHidden
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    );
  if (typeof value === 'number')
    return <NumberField label={label} isLabelHidden value={value} onChange={onChange} />;
  if (typeof value !== 'boolean') return null;
  return (
    <SelectField
      label={label}
      isLabelHidden
      value={String(value)}
      onChange={({ target }) => onChange(target.value === 'true')}
    >
      <option value="true">true</option>
      <option value="false">false</option>
    </SelectField>
  );
}

export function ListOfValues({
  label,
  onChange,
  values,
}: {
  readonly label: string;
  readonly values: readonly Json[];
  readonly onChange: (values: readonly Json[]) => void;
}) {
  const { adds, removing } = useRemoval();
  return (
    <div className="flex flex-col gap-1.5 border-line border-l-2 pl-2">
      <Each of={values}>
        {(value, index) => (
          <div className="flex items-start gap-1">
            <div className="min-w-0 flex-1">
              <JsonValue
                label={`${label}, ${index + 1}`}
                value={value}
                onChange={(next) => onChange(values.with(index, next))}
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
        <Button
          {...adds}
          onClick={() =>
            onChange([...values, values.length === 0 ? '' : KINDS[kindOf(values[0] ?? '')].empty])
          }
        >
          Add a value
        </Button>
      </div>
    </div>
  );
}

function Members({
  label,
  object,
  onChange,
}: {
  readonly label: string;
  readonly object: JsonObject;
  readonly onChange: (object: JsonObject) => void;
}) {
  const { adds, removing } = useRemoval();
  const entries = Object.entries(object);
  const change = (next: readonly (readonly [string, Json])[]) => onChange(Object.fromEntries(next));
  const free = ['key', ...entries.map((_, at) => `key ${at + 2}`)].find((key) => !Object.hasOwn(object, key));
  return (
    <div className="flex flex-col gap-1.5 border-line border-l-2 pl-2">
      <Each of={entries}>
        {([key, value], index) => (
          <div className="flex flex-col gap-1">
            <div className="flex gap-1">
              <TextField
                label={`${label}, name ${index + 1}`}
                isLabelHidden
                value={key}
                // A name that another member has already is not taken.
                onChange={({ target }) =>
                  Object.hasOwn(object, target.value) || target.value === '__proto__'
                    ? undefined
                    : change(entries.with(index, [target.value, value]))
                }
              />
              <RemoveButton
                label={`Remove ${label}, ${key}`}
                {...removing(index, () => change(entries.filter((_, at) => at !== index)))}
              />
            </div>
            <JsonValue
              label={`${label}, ${key}`}
              value={value}
              onChange={(next) => change(entries.with(index, [key, next]))}
            />
          </div>
        )}
      </Each>
      <div>
        <Button {...adds} onClick={() => change([...entries, [free ?? 'key', '']])}>
          Add a member
        </Button>
      </div>
    </div>
  );
}
