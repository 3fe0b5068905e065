import { z } from 'zod';
import { idText, moment } from './text.ts';

/** Never the value of an argument: the type that was found. */
export const step = z.strictObject({
  rule: z.string(),
  outcome: z.string(),
  conditions: z.array(
    z.strictObject({ path: z.string(), op: z.string(), outcome: z.string(), found: z.string() }),
  ),
});

export const usage = z.strictObject({
  rule: z.string(),
  counter: z.string(),
  before: z.number(),
  after: z.number(),
  max: z.number(),
});

/** What became of a request that was forwarded; times in milliseconds. */
const fate = z.strictObject({
  status: z.string(),
  httpStatus: z.int().optional(),
  errorCode: z.int().optional(),
  /** What of the result does not fit the tool's output schema. */
  resultFault: z.string().optional(),
  /** Which kinds of secrets the answer seemed to hold as the server gave it, or the agent's answers to what it asked meanwhile. */
  secrets: z.string().optional(),
  upstreamMs: z.number(),
  gatewayMs: z.number(),
  bytesOut: z.int(),
  /** What had become of the grant when the answer came; absent while it still let calls in. */
  grantBecame: z.enum(['paused', 'revoked', 'expired', 'gone', 'stopped']).optional(),
});

/** One request of an agent, as decided. */
export const decision = z.strictObject({
  id: idText,
  /** Its place in the log: later ones have greater. */
  cursor: z.int(),
  at: moment,
  server: z.string(),
  grant: z.strictObject({ id: idText, name: z.string() }),
  session: z.string(),
  /** What the agent said of itself. */
  client: z.string(),
  era: z.enum(['modern', 'legacy']),
  protocol: z.string(),
  method: z.string(),
  /** Tool, prompt or resource. */
  target: z.string(),
  outcome: z.string(),
  mode: z.enum(['enforce', 'observe']),
  rule: z.string(),
  message: z.string(),
  policy: z.string(),
  policyVersion: z.int(),
  trace: z.array(step),
  usage: z.array(usage),
  argKeys: z.array(z.string()),
  argsHash: z.string(),
  bytesIn: z.int(),
  /** Where it came from; absent where that is not known. */
  address: z.string().optional(),
  forwarded: z.boolean(),
  approval: idText.optional(),
  /** Which kinds of secrets the request seems to hold, and where. */
  secrets: z.string().optional(),
  /** Absent while the call is under way, and for what was not forwarded. */
  fate: fate.optional(),
});
