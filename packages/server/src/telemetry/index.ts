/**
 * What can be seen of a running gateway from outside: counts for Prometheus, spans for OpenTelemetry. May hold numbers and
 * make texts of them. May not know agents, servers or stores, nor hold what an agent wrote but for names on a span.
 */
export type { Tracing } from './contract.ts';
export { Exposition, type Measured, type Sample } from './exposition.ts';
export {
  type Counts,
  type Decided,
  Meter,
  type SecretsSeen,
  type TurnedAway,
  type WhoTurnedAway,
} from './meter.ts';
export { openProcessReadings, type ProcessReadings } from './process.ts';
export { readTraceContext, type TraceContext } from './trace-context.ts';
export { contextOf, openTracing } from './tracing.ts';
export { type Telemetry, Watch } from './watch.ts';
