import type { ConcurrencyLimit, WindowLimit } from '../../../builder/index.ts';
import { CheckField, Choice, NumberField, SelectField, TextField } from '../../../ui/index.ts';
import { Conditions } from './conditions.tsx';
import { useFields } from './fields.tsx';
import { PathField } from './path-field.tsx';
import { ScopeField } from './scope-field.tsx';
import { WindowField } from './window-field.tsx';

type Shown = WindowLimit | ConcurrencyLimit;
type Change<L> = { readonly of: L; readonly onChange: (limit: Shown) => void };

/** What a limit counts. */
const COUNTED = {
  calls: 'calls',
  steps: 'a number for each call',
  sum: 'the sum of an argument',
  running: 'calls at the same time',
} as const;
type Counted = keyof typeof COUNTED;

function countedOf(limit: Shown): Counted {
  if (limit.kind === 'concurrent') return 'running';
  if (limit.incrementFrom !== undefined) return 'sum';
  return limit.increment === undefined ? 'calls' : 'steps';
}

/** All settings of one limit. */
export function OneLimit({ of, onChange }: Change<Shown>) {
  const number = useFields().find(({ types }) => types.includes('number') || types.includes('integer'));
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label="What is counted"
          value={countedOf(of)}
          // The options are the keys of the table.
          onChange={({ target }) =>
            onChange(counting(of, target.value as Counted, number?.path ?? 'args.amount'))
          }
        >
          {Object.entries(COUNTED).map(([counted, name]) => (
            <option key={counted} value={counted}>
              {name}
            </option>
          ))}
        </SelectField>
        {of.kind === 'concurrent' ? (
          <NumberField
            label="At most"
            isWhole
            min={1}
            value={of.concurrent}
            onChange={(concurrent) => onChange({ ...of, concurrent })}
          />
        ) : (
          <Windowed of={of} onChange={onChange} />
        )}
      </div>
      <ScopeField value={of.scope} onChange={(scope) => onChange({ ...of, scope })} />
      <TextField
        label="What the agent is told"
        value={of.onDeny ?? ''}
        onChange={({ target }) => onChange({ ...of, onDeny: target.value || undefined })}
      />
      <Further of={of} onChange={onChange} />
    </div>
  );
}

/** The same limit, counting something else; what has no place then goes. */
function counting(limit: Shown, counted: Counted, path: string): Shown {
  const { counter, onDeny, onStoreError, scope, when } = limit;
  const shared = { counter, scope, when, onStoreError, onDeny };
  const before =
    limit.kind === 'window' ? limit : { window: 'minute', max: limit.concurrent, reset: undefined };
  if (counted === 'running')
    return { kind: 'concurrent', ...shared, concurrent: Math.max(1, Math.trunc(before.max)) };
  const { reset, window } = before;
  const kept = { kind: 'window', ...shared, window, reset } as const;
  if (counted === 'sum') return { ...kept, max: before.max, incrementFrom: path };
  // Decimals go with a sum alone.
  return { ...kept, max: Math.trunc(before.max), ...(counted === 'steps' && { increment: 1 }) };
}

function Windowed({ of, onChange }: Change<WindowLimit>) {
  const isSum = of.incrementFrom !== undefined;
  return (
    <>
      <NumberField
        label="At most"
        isWhole={!isSum}
        min={0}
        value={of.max}
        onChange={(max) => onChange({ ...of, max })}
      />
      {of.incrementFrom === undefined ? null : (
        <div className="flex flex-col gap-1">
          <p className="font-medium">Added up</p>
          <PathField
            label="What to add up"
            isArgument
            value={of.incrementFrom}
            onChange={(incrementFrom) => onChange({ ...of, incrementFrom })}
          />
        </div>
      )}
      {of.increment === undefined ? null : (
        <NumberField
          label="Each call counts"
          isWhole
          min={1}
          value={of.increment}
          onChange={(increment) => onChange({ ...of, increment })}
        />
      )}
      <WindowField value={of.window} onChange={(window) => onChange(within(window, of))} />
      {isNamed(of.window) || of.reset === 'calendar' ? (
        <Choice
          label="Counted"
          value={of.reset === 'calendar' ? 'calendar' : 'rolling'}
          options={[
            { value: 'rolling', label: 'in any such period' },
            { value: 'calendar', label: 'by the calendar' },
          ]}
          onChange={(reset) => onChange({ ...of, reset: reset === 'rolling' ? undefined : reset })}
        />
      ) : (
        <p className="text-soft">Counted in any such period: only named windows can go by the calendar.</p>
      )}
    </>
  );
}

/** Only such windows go by the calendar. */
function isNamed(window: string | number): boolean {
  return typeof window === 'string' && /^[a-z]+$/.test(window);
}

/** The same limit within another window, which may go by the calendar no more. */
function within(window: string | number, limit: WindowLimit): WindowLimit {
  return { ...limit, window, ...(isNamed(window) ? {} : { reset: undefined }) };
}

function Further({ of, onChange }: Change<Shown>) {
  const when = of.when ?? [];
  return (
    <details className="flex flex-col gap-3">
      <summary className="cursor-pointer py-1 text-soft">More settings</summary>
      <div className="mt-2 flex flex-col gap-3">
        <TextField
          label="Name of the counter"
          hint="Limits with the same name share their count; a new name starts at zero."
          value={of.counter}
          onChange={({ target }) => onChange({ ...of, counter: target.value })}
        />
        <CheckField
          label="Let calls through when counting fails"
          checked={of.onStoreError === 'allow'}
          onChange={({ target }) => onChange({ ...of, onStoreError: target.checked ? 'allow' : undefined })}
        />
        <fieldset className="flex min-w-0 flex-col gap-1.5">
          <legend className="mb-1 font-medium">Only calls where</legend>
          <Conditions
            of={when}
            onChange={(next) => onChange({ ...of, when: next.length === 0 ? undefined : next })}
          />
        </fieldset>
      </div>
    </details>
  );
}
