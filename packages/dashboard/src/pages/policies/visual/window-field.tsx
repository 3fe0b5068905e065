import { NumberField, SelectField } from '../../../ui/index.ts';

const NAMED = ['second', 'minute', 'hour', 'day', 'week', 'month'];
const UNITS = { s: 'seconds', m: 'minutes', h: 'hours', d: 'days' } as const;
type Unit = keyof typeof UNITS;
const OTHER = 'other';

type Length = { readonly count: number; readonly unit: Unit; readonly isBare: boolean };

/** A length of time as its author wrote it: bare seconds stay a number. */
function lengthOf(written: string | number): Length | undefined {
  if (typeof written === 'number') return { count: written, unit: 's', isBare: true };
  const [, count, unit] = /^(\d+)([smhd])$/.exec(written) ?? [];
  // The expression names the units.
  return count === undefined ? undefined : { count: Number(count), unit: unit as Unit, isBare: false };
}

function written({ count, isBare, unit }: Length): string | number {
  return isBare && unit === 's' ? count : `${count}${unit}`;
}

/** A named window, or any other length of time. */
export function WindowField({
  onChange,
  value,
}: {
  readonly value: string | number;
  readonly onChange: (window: string | number) => void;
}) {
  const length = lengthOf(value);
  const choose = (name: string) => onChange(name === OTHER ? '10m' : name);
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <SelectField
        label="Within"
        value={length === undefined ? value : OTHER}
        onChange={({ target }) => choose(target.value)}
      >
        {NAMED.map((name) => (
          <option key={name} value={name}>
            {name === 'hour' ? 'an' : 'a'} {name}
          </option>
        ))}
        {length === undefined && !NAMED.includes(String(value)) ? <option>{value}</option> : null}
        <option value={OTHER}>another time</option>
      </SelectField>
      {length === undefined ? null : <LengthField label="Length" value={value} onChange={onChange} />}
    </div>
  );
}

/** A number and its unit. */
export function LengthField({
  label,
  onChange,
  value,
}: {
  readonly label: string;
  readonly value: string | number;
  readonly onChange: (length: string | number) => void;
}) {
  const length = lengthOf(value) ?? { count: 10, unit: 'm', isBare: false };
  return (
    <div className="flex gap-1.5">
      <div className="w-20">
        <NumberField
          label={label}
          isLabelHidden
          isWhole
          min={1}
          value={length.count}
          onChange={(count) => onChange(written({ ...length, count }))}
        />
      </div>
      <div className="min-w-24 flex-1">
        <SelectField
          label={`${label}, unit`}
          isLabelHidden
          value={length.unit}
          // The options are the units.
          onChange={({ target }) => onChange(written({ ...length, unit: target.value as Unit }))}
        >
          {Object.entries(UNITS).map(([unit, name]) => (
            <option key={unit} value={unit}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
    </div>
  );
}
