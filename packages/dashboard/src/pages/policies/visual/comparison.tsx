import type { Operator } from '@boomgate/engine';
import {
  askedOf,
  type Comparison as Compared,
  convert,
  OPERATOR_WORDS,
  operatorsFor,
  takesCase,
} from '../../../builder/index.ts';
import { CheckField, SelectField, Untrusted } from '../../../ui/index.ts';
import { PathField, useAllFields } from './path-field.tsx';
import { ValueField } from './value-field.tsx';

/** One comparison: what, how, with what. */
export function Comparison({
  of,
  onChange,
}: {
  readonly of: Compared;
  readonly onChange: (comparison: Compared) => void;
}) {
  const fields = useAllFields();
  const field = fields.find(({ path }) => path === of.path);
  const { fitting, others } = operatorsFor(field?.types ?? []);
  const ask = (path: string, { op, value }: Pick<Compared, 'op' | 'value'>) => {
    const { ignoreCase, ...rest } = of;
    const kept = takesCase(op) && ignoreCase !== undefined ? { ignoreCase } : {};
    onChange({ ...rest, ...kept, path, op, value });
  };
  const choose = (op: Operator) => ask(of.path, { op, value: convert(of.value, op) });
  const look = (path: string, by: 'choice' | 'typing') => {
    const types = fields.find((one) => one.path === path)?.types ?? [];
    ask(path, by === 'typing' ? of : askedOf(types, of));
  };
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1.5">
      <div className="grid min-w-0 gap-1.5 sm:grid-cols-2 2xl:grid-cols-3 sm:max-2xl:*:last:col-span-2">
        <PathField label="What to compare" value={of.path} onChange={look} />
        <SelectField
          label="How to compare"
          isLabelHidden
          value={of.op}
          // The options are operators.
          onChange={({ target }) => choose(target.value as Operator)}
        >
          {fitting.map(optionOf)}
          {others.length === 0 ? null : (
            <optgroup label="Not for this kind of value">{others.map(optionOf)}</optgroup>
          )}
        </SelectField>
        <ValueField
          op={of.op}
          field={field}
          value={of.value}
          onChange={(value) => onChange({ ...of, value })}
        />
      </div>
      {field?.description === undefined ? null : (
        <p className="line-clamp-2 text-soft text-sm">
          <Untrusted text={field.description} />
        </p>
      )}
      {takesCase(of.op) && mayBeText(of) ? (
        <CheckField
          label="Ignore case"
          checked={of.ignoreCase === true}
          onChange={({ target }) => onChange(withCase(of, target.checked))}
        />
      ) : null}
    </div>
  );
}

function mayBeText({ ignoreCase, value }: Compared): boolean {
  return ignoreCase !== undefined || typeof value === 'string' || Array.isArray(value);
}

function withCase({ ignoreCase: _before, ...rest }: Compared, isIgnored: boolean): Compared {
  return isIgnored ? { ...rest, ignoreCase: true } : rest;
}

function optionOf(op: Operator) {
  return (
    <option key={op} value={op}>
      {OPERATOR_WORDS[op]}
    </option>
  );
}
