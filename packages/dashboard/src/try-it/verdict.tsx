import { Card, Code, Status, Untrusted, visible } from '../ui/index.ts';
import { OutcomeBadge, sayRule, Trace } from '../words/index.ts';
import { sayDecision, type Tried } from './decide.ts';

/** The decision in a sentence, what the agent is told, what would be counted, and every rule that was looked at. */
export function Verdict({ of: { decision, takings }, tool }: { readonly of: Tried; readonly tool: string }) {
  const { message, outcome, rule, trace } = decision;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Card>
        <Status label="Decision" className="flex flex-col gap-1.5">
          <p className="flex flex-wrap items-center gap-2">
            <OutcomeBadge outcome={outcome} />
            <span className="font-medium">{sayDecision(decision, visible(tool))}</span>
          </p>
          <p className="text-soft text-sm">
            {rule === ''
              ? 'No rule refuses it, and nobody needs to be asked.'
              : `${visible(sayRule(rule))} decides.`}
          </p>
          {message === '' ? null : (
            <p className="text-sm">
              The agent is told: <Untrusted text={`“${message}”`} />
            </p>
          )}
        </Status>
        {takings.length === 0 ? null : (
          <ul aria-label="Limits" className="mt-3 flex flex-col gap-1 border-line border-t pt-3 text-sm">
            {takings.map((one) => (
              <li key={one.rule}>
                <Code>{one.counter}</Code> {one.text}
              </li>
            ))}
            <li className="text-soft">Nothing is counted here, and nobody else's calls are looked at.</li>
          </ul>
        )}
      </Card>
      {trace.length === 0 ? (
        <p className="text-soft text-sm">No rule of the policy concerns this call.</p>
      ) : (
        <Trace steps={trace} decided={rule} />
      )}
    </div>
  );
}
