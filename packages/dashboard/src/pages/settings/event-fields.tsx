import { CheckField, InlineProblem } from '../../ui/index.ts';
import { EVENT_NAMES, EVENTS, type WebhookEvent } from './webhook-words.ts';

/** Which events a webhook is told. */
export function EventFields({
  choose,
  error,
  events,
}: {
  readonly events: readonly WebhookEvent[];
  readonly choose: (events: readonly WebhookEvent[]) => void;
  readonly error: string | undefined;
}) {
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 font-medium">It is told when</legend>
      {EVENT_NAMES.map((one) => (
        <CheckField
          key={one}
          label={EVENTS[one]}
          checked={events.includes(one)}
          onChange={({ target }) =>
            choose(EVENT_NAMES.filter((other) => (other === one ? target.checked : events.includes(other))))
          }
        />
      ))}
      <InlineProblem text={error} />
    </fieldset>
  );
}
