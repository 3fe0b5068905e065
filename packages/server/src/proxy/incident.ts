import { randomUUID } from 'node:crypto';
import { StoreError } from '../store/index.ts';
import type { ProxyContext } from './context.ts';

/** What a request was refused after, that nobody expected. */
type Incident = { readonly isPassing: boolean; readonly message: string };

/** An unexpected error is a refusal: the agent gets an incident id and no detail, the operator gets both (gateway §2). */
export function noteIncident(
  { log, telemetry }: ProxyContext,
  error: unknown,
  about: Readonly<Record<string, string>>,
): Incident {
  if (error instanceof StoreError) telemetry.meter.turnedAway('store');
  const incident = randomUUID();
  log.error({ incident, ...about, error: String(error) }, 'request refused after an error');
  const isPassing = error instanceof StoreError && error.code === 'unavailable';
  const why = isPassing
    ? 'the gateway cannot record requests now, so this one was refused; try again in a moment'
    : 'internal error, the request was refused';
  return { isPassing, message: `${why}; incident ${incident}` };
}
