import type { JsonObject } from '@boomgate/engine';
import type { Channel, ChannelEvents } from '../channel.ts';
import type { Clock } from '../clock.ts';
import type { UpstreamDescription, UpstreamRequest } from '../contract.ts';
import { readDiscovery } from '../description.ts';
import type { Egress } from '../egress.ts';
import { modernWriter } from '../envelope.ts';
import { type Failing, failing, type Outcome } from '../failures.ts';
import { addModernHeaders } from '../headers.ts';
import { exchange } from './exchange.ts';
import { outcomeOf } from './outcome.ts';
import { relayTo } from './relay.ts';
import { baseHeaders } from './request-headers.ts';

export type HttpChannelOptions = {
  readonly egress: Egress;
  readonly clock: Clock;
  /** Of the gateway, for the server to see. */
  readonly version: string;
  readonly events: ChannelEvents;
};

/** A modern server over HTTP: one exchange for each request and nothing between them (P §1.3). */
export function openModernHttp(options: HttpChannelOptions): Channel {
  const { egress, clock } = options;
  const write = modernWriter(options.version);
  const base = baseHeaders(egress);
  let lastId = 0;

  async function send(request: UpstreamRequest): Promise<Outcome> {
    lastId += 1;
    const id = lastId;
    const { method, params, wantsProgress, signal } = request;
    const headers = addModernHeaders([...base], request);
    const body = write({ id, method, params, wantsProgress });
    const onSideMessage = relayTo(request, id, options);
    const reply = await exchange(egress, { method: 'POST', headers, body }, { clock, signal, onSideMessage });
    return checkComplete(outcomeOf(reply, id));
  }

  return {
    era: 'modern',
    send,
    describe: () => discover(send),
    async [Symbol.asyncDispose]() {},
  };
}

/** We declare no capabilities, so that a server may neither ask back nor answer with a task (P §1.1, §1.8). */
export function checkComplete(outcome: Outcome): Outcome {
  if (outcome.kind !== 'result') return outcome;
  const type = outcome.result['resultType'];
  if (type === undefined || type === 'complete') return outcome;
  const detail = `answered with resultType ${JSON.stringify(type)}, for which the gateway did not declare a capability`;
  return failing('bad_answer', detail, { acted: 'maybe' });
}

const noParams: JsonObject = {};

/** Asks a modern server for what it says of itself. */
export async function discover(
  send: (request: UpstreamRequest) => Promise<Outcome>,
): Promise<UpstreamDescription | Failing> {
  const signal = new AbortController().signal;
  const outcome = await send({ method: 'server/discover', params: noParams, signal, wantsProgress: false });
  if (outcome.kind === 'failing') return outcome;
  if (outcome.kind === 'error') {
    return failing('bad_answer', `server/discover was answered with error ${outcome.error.code}`, {
      acted: 'no',
    });
  }
  return readDiscovery(outcome.result);
}
