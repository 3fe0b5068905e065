import type { ReactNode } from 'react';

export type Step = { readonly key: string; readonly name: string; readonly note?: ReactNode };

/** Where somebody is on a way of a few steps, and what came of those before. */
export function Steps({
  at,
  label,
  steps,
}: {
  readonly label: string;
  readonly steps: readonly Step[];
  /** The key of the step that is under way; none of them once all are done. */
  readonly at: string;
}) {
  const now = steps.findIndex(({ key }) => key === at);
  const place = now < 0 ? steps.length : now;
  return (
    <ol aria-label={label} className="grid gap-2 sm:grid-flow-col sm:auto-cols-fr">
      {steps.map(({ key, name, note }, index) => {
        const state = index < place ? 'done' : index === place ? 'now' : 'next';
        return (
          <li
            key={key}
            aria-current={state === 'now' ? 'step' : undefined}
            className={`min-w-0 border-t-2 pt-2 ${BAR[state]}`}
          >
            <span className={`flex items-center gap-1.5 font-medium ${state === 'next' ? 'text-soft' : ''}`}>
              <span aria-hidden="true" className="tabular-nums">
                {state === 'done' ? '✓' : index + 1}
              </span>
              {name}
              <span className="sr-only">{SAID[state]}</span>
            </span>
            <span className="block truncate text-soft text-sm">{note}</span>
          </li>
        );
      })}
    </ol>
  );
}

const BAR = { done: 'border-accent', now: 'border-accent', next: 'border-line' } as const;
const SAID = { done: ', done', now: ', under way', next: '' } as const;
