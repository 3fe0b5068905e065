import { MAX_SESSION_STATES } from '../limits/index.ts';
import type { MessageLevel } from '../upstreams/index.ts';

/** What a legacy agent set for its session after the handshake; lost with the process, as its streams are. */
export type SessionState = { logLevel: MessageLevel };

/** What servers send to a session that never said what it wants. */
const DEFAULT_LEVEL: MessageLevel = 'info';

/** State of sessions by their key. Beyond the bound the oldest is forgotten, which then has the defaults again. */
export class SessionStates {
  readonly #states = new Map<string, SessionState>();

  logLevel(sessionKey: string): MessageLevel {
    return this.#states.get(sessionKey)?.logLevel ?? DEFAULT_LEVEL;
  }

  setLogLevel(sessionKey: string, logLevel: MessageLevel): void {
    this.#states.delete(sessionKey);
    if (this.#states.size >= MAX_SESSION_STATES) {
      const [oldest = ''] = this.#states.keys();
      this.#states.delete(oldest);
    }
    this.#states.set(sessionKey, { logLevel });
  }

  forget(sessionKey: string): void {
    this.#states.delete(sessionKey);
  }
}
