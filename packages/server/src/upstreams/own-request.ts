import type { JsonObject } from '@boomgate/engine';
import { ALL_CAPABILITIES, type Caller } from './capabilities.ts';
import type { UpstreamRequest } from './contract.ts';

const never = new AbortController().signal;

/** A request of the gateway itself: nobody cancels it and nobody hears its progress. */
export function ownRequest(method: string, params: JsonObject = {}): UpstreamRequest {
  return { method, params, signal: never, wantsProgress: false };
}

/** The gateway as a caller: it speaks for all agents, so that it declares what any of them could be asked. */
export const GATEWAY: Caller = { grantId: '', capabilities: ALL_CAPABILITIES, by: 'retry' };
