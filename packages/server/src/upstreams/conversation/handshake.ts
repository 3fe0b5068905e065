import type { JsonObject } from '@boomgate/engine';
import { SETTLING_MS } from '../bounds.ts';
import { type CapabilitySet, NO_CAPABILITIES } from '../capabilities.ts';
import type { Era, UpstreamDescription } from '../contract.ts';
import { readDiscovery, readInitialization } from '../description.ts';
import {
  INITIALIZED,
  initializeParams,
  modernWriter,
  type WriteRequest,
  writeLegacyRequest,
} from '../envelope.ts';
import { type Failing, failing } from '../failures.ts';
import { GATEWAY, ownRequest } from '../own-request.ts';
import type { Conversation } from './conversation.ts';

type Handshake = {
  readonly method: string;
  readonly params: (version: string, capabilities: CapabilitySet) => JsonObject;
  readonly read: (result: JsonObject) => UpstreamDescription | Failing;
  readonly writer: (version: string) => WriteRequest;
  /** Told to the server after a good answer. */
  readonly followUp?: string;
};

/** How a server says what it is, by era. */
export const handshakes = {
  modern: { method: 'server/discover', params: () => ({}), read: readDiscovery, writer: modernWriter },
  legacy: {
    method: 'initialize',
    params: initializeParams,
    read: readInitialization,
    writer: () => writeLegacyRequest,
    followUp: INITIALIZED,
  },
} as const satisfies Record<Era, Handshake>;

export type HandshakeOptions = {
  /** Of the gateway, for the server to see. */
  readonly version: string;
  readonly capabilities: CapabilitySet;
  readonly timeoutMs: number;
};

/** Asks a server what it is. A refusal is a failure; nothing was done. */
export async function shakeHands(
  conversation: Conversation,
  era: Era,
  { version, capabilities, timeoutMs }: HandshakeOptions,
): Promise<UpstreamDescription | Failing> {
  const { method, params, read, followUp }: Handshake = handshakes[era];
  const request = ownRequest(method, params(version, capabilities));
  const outcome = await conversation.ask(request, GATEWAY, timeoutMs);
  if (outcome.kind === 'failing') return { ...outcome, acted: 'no', detail: `${method}: ${outcome.detail}` };
  if (outcome.kind !== 'result') {
    const found = outcome.kind === 'error' ? `error ${outcome.error.code}` : outcome.kind;
    return failing('bad_answer', `${method} was answered with ${found}`, { acted: 'no' });
  }
  const description = read(outcome.result);
  if ('kind' in description || followUp === undefined) return description;
  conversation.tell(followUp);
  // Many servers ask for the roots now. That belongs to no call, and must not be taken for a question of the first one,
  // whose agent would answer for everybody: a server that answers a ping has asked what it wanted to.
  if (capabilities !== NO_CAPABILITIES) await conversation.ask(ownRequest('ping'), GATEWAY, SETTLING_MS);
  return description;
}
