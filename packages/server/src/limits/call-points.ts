/**
 * Where a call can be cut off by the death of the gateway, in order:
 * `reserve` limits are taken in memory, nothing is written · `intent` reservation and record are durable, nothing is
 * sent · `forward` the server has answered, nothing is settled · `settle` the reservation is settled in the open
 * transaction, the outcome is not written · `outcome` the outcome is durable.
 */
export const CALL_POINTS = ['reserve', 'intent', 'forward', 'settle', 'outcome'] as const;
export type CallPoint = (typeof CALL_POINTS)[number];

/**
 * The same for a call that needs a person: `ask` the approval is in the open transaction, not written · `take` it is marked
 * used there, as is its intent. What comes after is as for any call.
 */
export const APPROVAL_POINTS = ['ask', 'take'] as const;
export type ApprovalPoint = (typeof APPROVAL_POINTS)[number];

/** Told whenever a call passes a point. Crash tests end the process here; a gateway in use has nobody to tell. */
export type AtCallPoint = (point: CallPoint | ApprovalPoint) => void;

export const untold: AtCallPoint = () => undefined;
