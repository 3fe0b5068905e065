import { isJsonObject, type JsonObject, ownProperty } from '@boomgate/engine';
import { type ExchangeEnd, exchange } from './exchange.ts';
import { errorIn } from './explain.ts';
import { modernHeaders } from './headers.ts';
import { type RequestMessage, readReply } from './message.ts';
import type { Wires } from './wires.ts';

const HEADER_MISMATCH = -32020;
/** Pages of a list of tools that are asked for. */
const MAX_PAGES = 100;
/** What a request says of its client and not of itself (P §1.2). */
const ENVELOPE_PREFIX = 'io.modelcontextprotocol/';

/** Whether a call was refused, before anything was done, for headers that its tool's definition asks for. */
export function wantsHeaders(message: RequestMessage, end: ExchangeEnd): boolean {
  if (message.method !== 'tools/call' || message.claim === undefined || end.kind !== 'refused') return false;
  const error = errorIn(end.body);
  return isJsonObject(error) && error['code'] === HEADER_MISMATCH;
}

/** Lists the tools for a client that did not, as whoever calls over HTTP should when headers do not fit (P §1.11). */
export async function relist(
  wires: Wires,
  { claim = '', params }: RequestMessage,
  signal: AbortSignal,
): Promise<void> {
  const _meta = envelopeOf(params);
  const method = 'tools/list';
  let cursor: unknown;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const listed = { _meta, ...(typeof cursor === 'string' ? { cursor } : {}) };
    const id = `boomgate-${page}`;
    const text = JSON.stringify({ jsonrpc: '2.0', id, method, params: listed });
    const headers = modernHeaders(
      { kind: 'request', id, method, params: listed, claim, text },
      wires.parameters,
    );
    cursor = undefined;
    const onMessage = async (answer: string): Promise<void> => {
      const { result } = readReply(answer) ?? {};
      if (result === undefined) return;
      wires.parameters.learn(result);
      cursor = ownProperty(result, 'nextCursor');
    };
    await exchange(wires.connection, { method: 'POST', headers, body: text, signal, onMessage });
    if (typeof cursor !== 'string') return;
  }
}

function envelopeOf(params: JsonObject): JsonObject {
  const meta = ownProperty(params, '_meta');
  if (!isJsonObject(meta)) return {};
  return Object.fromEntries(Object.entries(meta).filter(([key]) => key.startsWith(ENVELOPE_PREFIX)));
}
