import { Badge, Code, Untrusted } from '../ui/index.ts';
import { sayCondition, sayRule, sayStep, type TraceStep } from './trace-words.ts';

const MARKS: Readonly<Record<string, string>> = { passed: '○', fired: '●', undetermined: '◐' };

/** Every rule that was looked at, in order, until one decided; `decided` is that one's id. */
export function Trace({
  decided,
  steps,
}: {
  readonly steps: readonly TraceStep[];
  readonly decided: string;
}) {
  return (
    <ol
      aria-label="Rules that were looked at"
      className="flex flex-col divide-y divide-line rounded-lg border border-line bg-card"
    >
      {steps.map((step, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a trace never changes its order
        <li key={at} className="flex gap-3 px-3 py-2">
          <span aria-hidden="true" className="text-soft">
            {MARKS[step.outcome] ?? '○'}
          </span>
          <div className="flex min-w-0 flex-1 flex-col gap-1">
            <p className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-medium">
                <Untrusted text={sayRule(step.rule)} />
              </span>
              <span className="text-soft">{sayStep(step)}</span>
              {step.rule === decided ? (
                <Badge tone="info" mark="◂">
                  decided
                </Badge>
              ) : null}
            </p>
            {step.conditions.length === 0 ? null : (
              <ul className="flex flex-col gap-0.5 text-sm">
                {step.conditions.map((one, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: nor do its conditions
                  <li key={index}>
                    <Untrusted text={sayCondition(one)} />
                  </li>
                ))}
              </ul>
            )}
            {step.rule.startsWith('/') ? (
              <p className="text-sm">
                <Code>{step.rule}</Code>
              </p>
            ) : null}
          </div>
        </li>
      ))}
    </ol>
  );
}
