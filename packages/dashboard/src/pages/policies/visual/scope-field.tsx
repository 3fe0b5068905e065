import { Button, CheckField, Each, RemoveButton, useRemoval } from '../../../ui/index.ts';
import { useFields } from './fields.tsx';
import { PathField } from './path-field.tsx';

type Scope = string | readonly string[] | undefined;

const NAMED = [
  ['grant', 'grant'],
  ['session', 'session'],
  ['server', 'server'],
  ['organization', 'organisation'],
] as const;

/** For whom a counter counts: one for each combination of what is chosen. Nothing chosen is the grant. */
export function ScopeField({
  onChange,
  value,
}: {
  readonly value: Scope;
  readonly onChange: (scope: Scope) => void;
}) {
  const fields = useFields();
  const { adds, removing } = useRemoval();
  const parts = typeof value === 'object' ? value : [value ?? 'grant'];
  const change = (next: readonly string[]) => onChange(next.length === 1 ? next[0] : next);
  const without = (part: string) => parts.filter((one) => one !== part);
  const free = fields.find(({ path }) => !parts.includes(path));
  const named: readonly string[] = NAMED.map(([scope]) => scope);
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1 font-medium">Counted separately for each</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {NAMED.map(([scope, name]) => (
          <CheckField
            key={scope}
            label={name}
            checked={parts.includes(scope)}
            // At least one has to stay.
            disabled={parts.length === 1 && parts.includes(scope)}
            onChange={({ target }) => change(target.checked ? [...parts, scope] : without(scope))}
          />
        ))}
      </div>
      {/* By its place: two that are the same for a moment are still two. */}
      <Each of={parts.flatMap((part, at) => (named.includes(part) ? [] : [{ part, at }]))}>
        {({ at, part }, index) => (
          <div className="flex items-start gap-1.5">
            <div className="min-w-0 flex-1">
              <PathField
                label="Value of"
                isArgument
                value={part}
                onChange={(path) => change(parts.with(at, path))}
              />
            </div>
            {parts.length === 1 ? null : (
              <RemoveButton
                label={`Do not count by ${part}`}
                {...removing(index, () => change(parts.filter((_, place) => place !== at)))}
              />
            )}
          </div>
        )}
      </Each>
      <div>
        <Button {...adds} onClick={() => change([...parts, free?.path ?? 'args.'])}>
          Value of an argument
        </Button>
      </div>
    </fieldset>
  );
}
