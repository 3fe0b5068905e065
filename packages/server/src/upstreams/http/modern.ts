import type { Caller } from '../capabilities.ts';
import type { Channel, Flow } from '../channel.ts';
import type { UpstreamDescription, UpstreamRequest, Watched } from '../contract.ts';
import { readDiscovery } from '../description.ts';
import { ENDLESS } from '../egress.ts';
import { modernWriter } from '../envelope.ts';
import { type Failing, failing, type Outcome } from '../failures.ts';
import { addModernHeaders } from '../headers.ts';
import { GATEWAY, ownRequest } from '../own-request.ts';
import { readMessage } from '../read-answer.ts';
import { notifierOf } from '../server-messages.ts';
import { ListenFlow } from '../watch/listen-flow.ts';
import { toFilter } from '../watch/watched.ts';
import { exchange, type Reply } from './exchange.ts';
import type { HttpChannelOptions } from './options.ts';
import { outcomeOf } from './outcome.ts';
import { relayTo } from './relay.ts';
import { baseHeaders } from './request-headers.ts';

/** A modern server over HTTP: one exchange for each request and nothing between them (P §1.3). */
export function openModernHttp(options: HttpChannelOptions): Channel {
  const { egress, clock, events } = options;
  const write = modernWriter(options.version);
  const base = baseHeaders(egress);
  let lastId = 0;

  async function send(request: UpstreamRequest, caller: Caller): Promise<Outcome> {
    lastId += 1;
    const id = lastId;
    const headers = addModernHeaders([...base], request);
    const body = write(id, request, caller.capabilities);
    const onSideMessage = relayTo({ id, notify: notifierOf(request, clock), events });
    const { signal } = request;
    const { grantId } = caller;
    const waiting = { clock, grantId, signal, onSideMessage };
    const reply = await exchange(egress, { method: 'POST', headers, body }, waiting);
    return outcomeOf(reply, id);
  }

  async function listen(wanted: Watched): Promise<Flow | Failing> {
    lastId += 1;
    const id = lastId;
    const abort = new AbortController();
    const { events } = options;
    const flow = new ListenFlow({ id, wanted, events, stop: () => abort.abort() });
    const request = ownRequest('subscriptions/listen', { notifications: toFilter(wanted) });
    const headers = addModernHeaders([...base], request);
    const body = write(id, request, GATEWAY.capabilities);
    const onEvent = ({ data }: { readonly data: string }) => {
      const read = readMessage(data);
      if (read.ok) flow.take(read.message);
    };
    const { headersTimeout: _, ...endless } = ENDLESS;
    const posted = { method: 'POST', headers, body, ...endless } as const;
    void exchange(egress.streams, posted, { clock, signal: abort.signal, onEvent }).then((reply) => {
      if (reply.kind === 'message') flow.take(reply.message);
      flow.fail(streamOver(reply));
    });
    return flow.openedWithin(clock, egress.timeouts.firstByteMs);
  }

  return { era: 'modern', send, listen, describe: () => discover(send), async [Symbol.asyncDispose]() {} };
}

/** Why a stream without end is over. */
function streamOver(reply: Reply): Failing {
  if (reply.kind === 'failing') return reply;
  return failing('broken', `the stream of announcements ended (HTTP ${reply.status})`, {
    acted: 'no',
    httpStatus: reply.status,
  });
}

/** Asks a modern server for what it says of itself. */
async function discover(
  send: (request: UpstreamRequest, caller: Caller) => Promise<Outcome>,
): Promise<UpstreamDescription | Failing> {
  const outcome = await send(ownRequest('server/discover'), GATEWAY);
  if (outcome.kind === 'failing') return outcome;
  if (outcome.kind === 'result') return readDiscovery(outcome.result);
  const found = outcome.kind === 'error' ? `error ${outcome.error.code}` : outcome.kind;
  return failing('bad_answer', `server/discover was answered with ${found}`, { acted: 'no' });
}
