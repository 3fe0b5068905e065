import { MAX_SESSION_STATES } from '../limits/index.ts';
import type { MessageLevel } from '../upstreams/index.ts';
import { FairCache } from './fair-cache.ts';
import type { Session } from './session.ts';

/** What a legacy agent set for its session after the handshake; lost with the process, as its streams are. */
type SessionState = { logLevel: MessageLevel };

/** What servers send to a session that never said what it wants. */
const DEFAULT_LEVEL: MessageLevel = 'info';

type Named = Pick<Session, 'grantId' | 'key'>;

/** State of sessions. One that is forgotten beyond the bound has the defaults again. */
export class SessionStates {
  readonly #states = new FairCache<SessionState>({ most: MAX_SESSION_STATES });

  logLevel({ grantId, key }: Named): MessageLevel {
    return this.#states.get(grantId, key)?.logLevel ?? DEFAULT_LEVEL;
  }

  setLogLevel({ grantId, key }: Named, logLevel: MessageLevel): void {
    this.#states.put(grantId, key, { logLevel });
  }

  forget({ grantId, key }: Named): void {
    this.#states.delete(grantId, key);
  }
}
