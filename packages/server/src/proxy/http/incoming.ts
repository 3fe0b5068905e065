import type { Session } from '../session.ts';
import type { Caller } from './caller.ts';
import type { WayBack } from './exchange.ts';

/** One body of a known agent, and how what it comes to gets back. */
export type Incoming = {
  readonly caller: Caller;
  readonly exchange: WayBack;
  readonly bytesIn: number;
  /** Gives back the room of the body, for a request that lasts; it is given back in any case when the request ends. */
  readonly release?: () => void;
  /** Told of the session that a handshake opened; present where the connection is the session, which makes it legacy. */
  readonly onSession?: (session: Session) => void;
};
