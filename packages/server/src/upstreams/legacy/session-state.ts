import type { JsonObject } from '@boomgate/engine';
import type { Flow } from '../channel.ts';
import type { MessageLevel, Watched } from '../contract.ts';
import type { Outcome } from '../failures.ts';
import { isMoreVerbose } from '../log-levels.ts';
import { Subscriptions } from './subscriptions.ts';

export type SessionStateOptions = {
  /** Of the server, as it declared them in the handshake. */
  readonly capabilities: JsonObject;
  /** Sends a request of the gateway itself within the session. */
  readonly request: (method: string, params: JsonObject) => Promise<Outcome>;
};

/** A stream beside the session's requests, on which it may announce changes. */
export type SideStream = { readonly ended: Promise<void>; readonly close: () => void };

/** What a legacy server keeps for one session or process, and what is lost with it (P §3.3, §3.5). */
export class SessionState {
  readonly #options: SessionStateOptions;
  readonly #subscriptions: Subscriptions;
  readonly #over = new AbortController();
  #level: MessageLevel | undefined;
  #levelSet: Promise<void> | undefined;

  constructor(options: SessionStateOptions) {
    this.#options = options;
    this.#subscriptions = new Subscriptions((method, uri) => options.request(method, { uri }));
  }

  /** The session is lost: what it knew must be said again to the next one. */
  end(): void {
    this.#over.abort();
  }

  /**
   * Makes the server send log messages of this level, which stays for everybody; undefined when it does already. Failure
   * is no reason to hold a call back.
   */
  wantLevel(level: MessageLevel | undefined): Promise<void> | undefined {
    if (level === undefined || !Object.hasOwn(this.#options.capabilities, 'logging')) return undefined;
    if (!isMoreVerbose(level, this.#level)) return this.#levelSet;
    this.#level = level;
    const setting = this.#options.request('logging/setLevel', { level }).then(() => {
      if (this.#levelSet === setting) this.#levelSet = undefined;
    });
    this.#levelSet = setting;
    return setting;
  }

  /** Subscribes to what is wanted and hears of its end; `stream` is opened before, so that nothing is missed. */
  async listen(wanted: Watched, stream?: SideStream): Promise<Flow> {
    const taken = await Promise.all(wanted.resources.map((uri) => this.#subscriptions.acquire(uri)));
    const ended = Promise.withResolvers<void>();
    const end = () => ended.resolve();
    if (this.#over.signal.aborted) end();
    this.#over.signal.addEventListener('abort', end, { once: true });
    void stream?.ended.then(end);
    let isOpen = true;
    return {
      kind: 'flow',
      honoured: { lists: wanted.lists, resources: wanted.resources.filter((_, at) => taken[at] === true) },
      ended: ended.promise,
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#over.signal.removeEventListener('abort', end);
        stream?.close();
        if (!this.#over.signal.aborted) for (const uri of wanted.resources) this.#subscriptions.release(uri);
      },
    };
  }
}
