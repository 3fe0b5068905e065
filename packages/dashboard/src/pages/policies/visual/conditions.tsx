import { bounds, type Json } from '@boomgate/engine';
import { useRef } from 'react';
import { beforeClosing } from '../../../app/unsaved.tsx';
import { type Condition, readCondition } from '../../../builder/index.ts';
import { Button, Choice, Each, useRemoval } from '../../../ui/index.ts';
import { Comparison } from './comparison.tsx';
import { useFields } from './fields.tsx';
import { JsonBlock } from './json-block.tsx';

/** Conditions of one rule, all of which must be so, or of one group. `depth` counts the groups around them. */
export function Conditions({
  depth = 0,
  of,
  onChange,
}: {
  readonly of: readonly Condition[];
  readonly depth?: number;
  readonly onChange: (conditions: readonly Condition[]) => void;
}) {
  const [first] = useFields();
  const { adds, noteRemoved, removes } = useRemoval();
  const all = useRef<HTMLDivElement>(null);
  const fresh = (): Condition => ({
    kind: 'compare',
    path: first?.path ?? 'args.',
    op: first?.types.some((type) => type === 'number' || type === 'integer') === true ? 'gt' : 'eq',
    value: first?.types.some((type) => type === 'number' || type === 'integer') === true ? 0 : '',
  });
  const remove = (index: number) => {
    noteRemoved(index);
    onChange(of.filter((_, at) => at !== index));
  };
  return (
    <div ref={all} className="flex min-w-0 flex-col gap-2">
      <Each of={of}>
        {(condition, index) => (
          <OneCondition
            of={condition}
            depth={depth}
            number={index + 1}
            removes={removes}
            onChange={(next) => {
              // Those behind it move up.
              if (next === undefined) beforeClosing(() => remove(index), all.current);
              else onChange(of.with(index, next));
            }}
          />
        )}
      </Each>
      <div className="flex flex-wrap gap-1.5">
        <Button {...adds} onClick={() => onChange([...of, fresh()])}>
          Add a condition
        </Button>
        {depth < bounds.NESTING ? (
          <Button onClick={() => onChange([...of, { kind: 'any', of: [fresh()] }])}>Add a group</Button>
        ) : null}
      </div>
    </div>
  );
}

type Shown = {
  readonly of: Condition;
  readonly depth: number;
  readonly number: number;
  /** Of the button that takes it away. */
  readonly removes?: object;
  /** Undefined takes it away. */
  readonly onChange: (condition: Condition | undefined) => void;
};

function OneCondition(shown: Shown) {
  const { depth, number, of, onChange, removes } = shown;
  const canNest = depth < bounds.NESTING;
  const box = useRef<HTMLDivElement>(null);
  const turnInto = (next: Condition) => beforeClosing(() => onChange(next), box.current);
  return (
    <div ref={box} className="flex min-w-0 flex-col gap-1.5 rounded-md border border-line p-2">
      <Inside {...shown} />
      <div className="flex flex-wrap justify-end gap-1">
        {of.kind === 'not' ? (
          <Button kind="quiet" onClick={() => turnInto(of.of)}>
            Remove the “not”
          </Button>
        ) : canNest ? (
          <Button
            kind="quiet"
            aria-label={`Negate condition ${number}`}
            onClick={() => turnInto({ kind: 'not', of })}
          >
            Negate
          </Button>
        ) : null}
        {of.kind === 'compare' && canNest ? (
          <Button
            kind="quiet"
            aria-label={`Put condition ${number} into a group`}
            onClick={() => turnInto({ kind: 'any', of: [of] })}
          >
            Group
          </Button>
        ) : null}
        <Button
          {...removes}
          kind="quiet"
          aria-label={`Remove condition ${number}`}
          onClick={() => onChange(undefined)}
        >
          Remove
        </Button>
      </div>
    </div>
  );
}

function Inside({ depth, number, of, onChange }: Shown) {
  switch (of.kind) {
    case 'compare':
      return <Comparison of={of} onChange={onChange} />;
    case 'json':
      return (
        <JsonBlock
          label={`condition ${number}`}
          isRemovable={false}
          value={of.value}
          onChange={(value: Json | undefined) =>
            onChange(value === undefined ? undefined : readCondition(value))
          }
        />
      );
    case 'not':
      return (
        <fieldset className="flex min-w-0 flex-col gap-1.5">
          <legend className="mb-1 font-medium">It is not true that</legend>
          <OneCondition
            of={of.of}
            depth={depth + 1}
            number={1}
            onChange={(next) => onChange(next === undefined ? undefined : { kind: 'not', of: next })}
          />
        </fieldset>
      );
    case 'any':
    case 'all':
      return (
        <fieldset className="flex min-w-0 flex-col gap-2">
          <legend className="sr-only">{`Group ${number}`}</legend>
          <Choice
            label="How many of them"
            isLabelHidden
            value={of.kind}
            options={[
              { value: 'any', label: 'any of these' },
              { value: 'all', label: 'all of these' },
            ]}
            onChange={(kind) => onChange({ kind, of: of.of })}
          />
          <Conditions
            of={of.of}
            depth={depth + 1}
            onChange={(next) => onChange(next.length === 0 ? undefined : { kind: of.kind, of: next })}
          />
        </fieldset>
      );
  }
}
