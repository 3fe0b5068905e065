import { setTimeout as pause } from 'node:timers/promises';
import { type Exchange, type ExchangeEnd, exchange } from './exchange.ts';
import { INITIALIZED, legacyHeaders } from './legacy-session.ts';
import { onOneLine } from './message.ts';
import type { Wires } from './wires.ts';

/** Milliseconds before a stream that ended is opened again; doubled up to the second number. */
const REOPEN_MS = { first: 1_000, most: 30_000 } as const;
/** Milliseconds for the goodbye of a session; the gateway forgets it anyway. */
const GOODBYE_MS = 2_000;

/**
 * Posts within the legacy session. When the gateway has forgotten it (404, nothing was done), the client cannot know:
 * the handshake is repeated for it, once, and the message sent again.
 */
export async function postInSession(
  wires: Wires,
  wanted: Pick<Exchange, 'signal' | 'onMessage'> & { readonly body: string },
): Promise<ExchangeEnd> {
  const { session } = wires;
  const usedId = session.id;
  const first = await exchange(wires.connection, {
    method: 'POST',
    headers: legacyHeaders(session),
    ...wanted,
  });
  if (first.kind !== 'refused' || first.status !== 404 || usedId === undefined) return first;
  if (session.id === usedId) {
    session.revival ??= revive(wires).finally(() => delete session.revival);
    if (!(await session.revival)) return first;
  }
  return exchange(wires.connection, { method: 'POST', headers: legacyHeaders(session), ...wanted });
}

async function revive(wires: Wires): Promise<boolean> {
  const { session } = wires;
  if (session.initializeText === undefined) return false;
  let newId: string | undefined;
  const quiet = { method: 'POST', signal: wires.stop.signal, onMessage: async () => undefined } as const;
  await exchange(wires.connection, {
    ...quiet,
    headers: {},
    body: session.initializeText,
    onAccepted: ({ sessionId }) => {
      newId = sessionId;
    },
  });
  if (newId === undefined) return false;
  session.id = newId;
  await exchange(wires.connection, { ...quiet, headers: legacyHeaders(session), body: INITIALIZED });
  listenToServer(wires);
  return true;
}

/** Opens the stream for what the server says unasked, and keeps it open while the gateway offers one. */
export function listenToServer(wires: Wires): void {
  wires.listening?.abort();
  if (wires.session.id === undefined) return;
  const listening = new AbortController();
  wires.listening = listening;
  void keepListening(wires, AbortSignal.any([listening.signal, wires.stop.signal]));
}

async function keepListening(wires: Wires, signal: AbortSignal): Promise<void> {
  for (let waitMs: number = REOPEN_MS.first; !signal.aborted; waitMs = Math.min(waitMs * 2, REOPEN_MS.most)) {
    const end = await exchange(wires.connection, {
      method: 'GET',
      headers: legacyHeaders(wires.session),
      signal,
      onMessage: (text) => wires.writeLine(onOneLine(text)),
      onAccepted: () => {
        waitMs = REOPEN_MS.first;
      },
    });
    if (end.kind === 'aborted' || (end.kind === 'refused' && !mayChange(end.status))) return;
    await pause(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

/**
 * Whether asking again may help: a paused grant comes back, one may be used from here again, and a gateway that is busy has time. One without such a stream
 * answers 405 (P §2.1), and one that has forgotten the session 404; a new session has a new stream.
 */
function mayChange(status: number): boolean {
  return status === 401 || status === 403 || status === 429 || status >= 500;
}

/** Says goodbye to a legacy session so that the gateway can forget it. */
export async function endSession(wires: Wires): Promise<void> {
  if (wires.session.id === undefined) return;
  await exchange(wires.connection, {
    method: 'DELETE',
    headers: legacyHeaders(wires.session),
    signal: AbortSignal.any([wires.stop.signal, AbortSignal.timeout(GOODBYE_MS)]),
    onMessage: async () => undefined,
  });
}
