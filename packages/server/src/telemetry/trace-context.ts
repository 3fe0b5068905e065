import { TRACE_STATE_CHARACTERS } from '../limits/index.ts';

/** W3C Trace Context, as it travels in `_meta` and in headers. Both texts are well-formed. */
export type TraceContext = { readonly traceparent: string; readonly tracestate?: string };

/** Version 00, and later ones as far as they look the same; an id of zeros is none. */
const PARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const STATE = /^[\x20-\x7e]+$/;

/** What two texts of an agent amount to; undefined for anything that is not well-formed. A state alone means nothing. */
export function readTraceContext(traceparent: unknown, tracestate: unknown): TraceContext | undefined {
  if (typeof traceparent !== 'string' || !PARENT.test(traceparent)) return undefined;
  const isState =
    typeof tracestate === 'string' && tracestate.length <= TRACE_STATE_CHARACTERS && STATE.test(tracestate);
  return isState ? { traceparent, tracestate } : { traceparent };
}
