import { canonicalJson, type Json, type Operator } from '@boomgate/engine';
import { equalJson, type Field, OPERANDS } from '../../../builder/index.ts';
import { CheckField, NumberField, SelectField, TextField, TextList, visible } from '../../../ui/index.ts';
import { JsonValue, kindOf, ListOfValues, Scalar } from './json-value.tsx';

type Shown = {
  readonly value: Json;
  readonly field: Field | undefined;
  readonly onChange: (value: Json) => void;
};

/** What is compared with, in the form that the operator and the argument's schema ask for. */
export function ValueField({ op, ...shown }: Shown & { readonly op: Operator }) {
  const { onChange, value } = shown;
  const operand = OPERANDS[op];
  if (operand === 'flag') return <Presence {...shown} />;
  if (operand === 'type') return <TypeName {...shown} />;
  if ((operand === 'number' || operand === 'count') && typeof value === 'number')
    return (
      <NumberField
        label="Value"
        isLabelHidden
        value={value}
        onChange={onChange}
        {...(operand === 'count' && { isWhole: true, min: 0 })}
      />
    );
  if (operand === 'text' && typeof value === 'string')
    return (
      <TextField
        label="Value"
        isLabelHidden
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    );
  if (operand === 'texts') {
    const values: readonly Json[] = Array.isArray(value) ? value : [value];
    if (values.every((one) => typeof one === 'string'))
      return (
        <TextList
          label="Values"
          add="Add another"
          values={values}
          // One alone stands without a list, as people write it.
          onChange={(next) => onChange(next.length === 1 ? (next[0] ?? '') : next)}
        />
      );
  }
  if (operand === 'list' && Array.isArray(value)) return <Several {...shown} values={value} />;
  return <Single {...shown} />;
}

function Single({ field, onChange, value }: Shown) {
  const known = field?.values ?? [];
  const isKnown = known.some((one) => equalJson(one, value));
  if (known.length > 0 && (isKnown || value === ''))
    return (
      <SelectField
        label="Value"
        isLabelHidden
        value={isKnown ? canonicalJson(value) : ''}
        onChange={({ target }) => onChange(known.find((one) => canonicalJson(one) === target.value) ?? value)}
      >
        {isKnown ? null : <option value="">choose one</option>}
        {known.map((one) => (
          <option key={canonicalJson(one)} value={canonicalJson(one)}>
            {visible(typeof one === 'string' ? one : JSON.stringify(one))}
          </option>
        ))}
      </SelectField>
    );
  // A schema that says one type leaves nothing to choose.
  return isOfOnlyType(value, field?.types ?? []) ? (
    <Scalar label="Value" value={value} onChange={onChange} />
  ) : (
    <JsonValue label="Value" value={value} onChange={onChange} />
  );
}

const TYPES = { text: ['string'], number: ['number', 'integer'], flag: ['boolean'] } as const;

function isOfOnlyType(value: Json, types: readonly string[]): boolean {
  const kind = kindOf(value);
  if (kind !== 'text' && kind !== 'number' && kind !== 'flag') return false;
  const own: readonly string[] = TYPES[kind];
  return types.length > 0 && types.every((type) => own.includes(type));
}

function Several({ field, onChange, values }: Shown & { readonly values: readonly Json[] }) {
  const known = field?.values ?? [];
  const isChosen = (one: Json): boolean => values.some((value) => equalJson(value, one));
  const areKnown = values.every((value) => known.some((one) => equalJson(one, value)));
  if (known.length === 0 || !areKnown)
    return <ListOfValues label="Value" values={values} onChange={onChange} />;
  return (
    <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
      <legend className="sr-only">Values</legend>
      {known.map((one) => (
        <CheckField
          key={canonicalJson(one)}
          label={visible(typeof one === 'string' ? one : JSON.stringify(one))}
          checked={isChosen(one)}
          onChange={({ target }) =>
            onChange(target.checked ? [...values, one] : values.filter((value) => !equalJson(value, one)))
          }
        />
      ))}
    </fieldset>
  );
}

function Presence({ onChange, value }: Shown) {
  return (
    <SelectField
      label="Value"
      isLabelHidden
      value={String(value)}
      onChange={({ target }) => onChange(target.value === 'true')}
    >
      <option value="true">yes</option>
      <option value="false">no</option>
    </SelectField>
  );
}

const TYPE_NAMES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

function TypeName({ onChange, value }: Shown) {
  return (
    <SelectField
      label="Value"
      isLabelHidden
      value={String(value)}
      onChange={({ target }) => onChange(target.value)}
    >
      {[...new Set([...TYPE_NAMES, String(value)])].map((name) => (
        <option key={name}>{name}</option>
      ))}
    </SelectField>
  );
}
