import { Button, RemoveButton, useRemoval } from '../../ui/index.ts';
import { LABEL_KINDS, type LabelKind, type TypedLabel } from './labels.ts';

const BOX = 'min-h-9 min-w-0 rounded-md border border-line-strong bg-card px-2.5 py-1.5';
const EMPTY: TypedLabel = { name: '', kind: 'text', value: '' };

/** Labels line by line: what conditions of a policy look at as `grant.labels.NAME`. */
export function LabelsField({
  error,
  labels,
  onChange,
}: {
  readonly labels: readonly TypedLabel[];
  readonly onChange: (labels: readonly TypedLabel[]) => void;
  readonly error: string | undefined;
}) {
  const { adds, removing } = useRemoval();
  const put = (at: number, change: Partial<TypedLabel>) =>
    onChange(labels.map((one, index) => (index === at ? { ...one, ...change } : one)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">Labels</legend>
      {labels.map((label, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place while it is written
        <div key={at} className="grid grid-cols-[1fr_auto_1fr_auto] gap-2">
          <input
            aria-label={`Name of label ${at + 1}`}
            className={BOX}
            value={label.name}
            onChange={({ target }) => put(at, { name: target.value })}
          />
          <select
            aria-label={`Kind of label ${at + 1}`}
            className={BOX}
            value={label.kind}
            onChange={({ target }) => put(at, withKind(label, target.value))}
          >
            {LABEL_KINDS.map((kind) => (
              <option key={kind}>{kind}</option>
            ))}
          </select>
          <Value at={at} label={label} put={put} />
          <RemoveButton
            label={`Remove label ${at + 1}`}
            {...removing(at, () => onChange(labels.filter((_, index) => index !== at)))}
          />
        </div>
      ))}
      {error === undefined ? null : (
        <p role="alert" className="text-bad text-sm">
          {error}
        </p>
      )}
      <div>
        <Button {...adds} onClick={() => onChange([...labels, EMPTY])}>
          Add a label
        </Button>
      </div>
    </fieldset>
  );
}

function Value({
  at,
  label: { kind, value },
  put,
}: {
  readonly at: number;
  readonly label: TypedLabel;
  readonly put: (at: number, change: Partial<TypedLabel>) => void;
}) {
  const shared = {
    'aria-label': `Value of label ${at + 1}`,
    className: BOX,
    value,
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      put(at, { value: target.value }),
  };
  if (kind !== 'truth value') return <input {...shared} />;
  return (
    <select {...shared}>
      <option>true</option>
      <option>false</option>
    </select>
  );
}

function withKind({ value }: TypedLabel, text: string): Partial<TypedLabel> {
  const kind: LabelKind = LABEL_KINDS.find((one) => one === text) ?? 'text';
  return kind === 'truth value' ? { kind, value: value === 'true' ? value : 'false' } : { kind };
}
