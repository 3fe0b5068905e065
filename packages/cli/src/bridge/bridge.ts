import { setTimeout as pause } from 'node:timers/promises';
import { carryBatch, carryNotification, carryRequest, carryResponse } from './carry.ts';
import { connectionTo } from './exchange.ts';
import { type Line, readLines } from './lines.ts';
import { errorLine, type Message, readMessage } from './message.ts';
import { endSession } from './server-stream.ts';
import { type BridgeOptions, createWires, type Wires } from './wires.ts';

/** `done` resolves when the input has ended and everything under way is answered, or soon after `stop`. */
type Bridge = { readonly done: Promise<void>; readonly stop: () => void };

/** Milliseconds that requests under way may still take once the input has ended. */
const DRAIN_MS = 25_000;

/** Carries messages between a client on stdio and the gateway until the input ends. */
export function startBridge(options: BridgeOptions): Bridge {
  const wires = createWires(options, connectionTo(options.endpoint, options.bearer));
  const stopped = new Promise<void>((resolve) => {
    wires.stop.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const done = Promise.race([carryLines(wires, options.input), stopped]).then(() => finish(wires));
  return { done, stop: () => wires.stop.abort() };
}

async function carryLines(wires: Wires, input: BridgeOptions['input']): Promise<void> {
  for await (const line of readLines(input)) {
    const message = line.kind === 'line' ? readMessage(line.text) : line;
    const carried = carry(wires, message);
    wires.underWay.add(carried);
    void carried.finally(() => wires.underWay.delete(carried));
    if (mustBeFirst(wires, message)) await carried;
  }
}

function carry(wires: Wires, message: Message | Exclude<Line, { kind: 'line' }>): Promise<void> {
  switch (message.kind) {
    case 'request':
      return carryRequest(wires, message);
    case 'notification':
      return carryNotification(wires, message);
    case 'response':
      return carryResponse(wires, message);
    case 'batch':
      return carryBatch(wires, message);
    case 'not_json':
      return wires.writeLine(errorLine(null, 'expected one JSON value per line', -32700));
    case 'not_a_message':
      return wires.writeLine(
        errorLine(null, 'expected a JSON-RPC request, notification or response', -32600),
      );
    case 'too_long':
      return wires.writeLine(
        errorLine(null, 'expected a line of at most 10 MiB, found a longer one', -32600),
      );
  }
}

/** A legacy handshake and legacy notifications have to arrive before what follows them; all else runs at once. */
function mustBeFirst(wires: Wires, message: { readonly kind: string } | Message): boolean {
  if (!('method' in message) || message.claim !== undefined) return false;
  if (message.kind === 'request') return message.method === 'initialize';
  return wires.session.initializeText !== undefined;
}

async function finish(wires: Wires): Promise<void> {
  for (const { lasting, controller } of wires.inFlight.values()) if (lasting) controller.abort();
  wires.listening?.abort();
  if (!wires.stop.signal.aborted) {
    const drained = new AbortController();
    await Promise.race([
      Promise.allSettled(wires.underWay).then(() => drained.abort()),
      pause(DRAIN_MS, undefined, { signal: drained.signal }).catch(() => undefined),
    ]);
    await endSession(wires);
  }
  wires.stop.abort();
  wires.connection.agent.destroy();
}
