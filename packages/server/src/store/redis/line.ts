import { type Ask, type Client, destroy, inTime, newClient } from './client.ts';
import { ASTRAY, isFollower, LATE, RedisError, toRedisError } from './errors.ts';
import { askFacts, requireFit } from './facts.ts';
import type { Script } from './scripts.ts';

type LineOptions = {
  /** `redis://…` or `rediss://…`, with the password. */
  readonly url: string;
  readonly warn: (text: string) => void;
  /** In place of `PATIENCE_MS`. */
  readonly patienceMs?: number | undefined;
};

/** Milliseconds for an answer, after which the connection is given up: a call waits for it. */
const PATIENCE_MS = 150;
/** As before, for a connection and for what is asked first: nobody waits for it but who starts. */
const CONNECTING_MS = 1_000;
/** Milliseconds until a connection that broke is made anew; while it is not there, nobody waits for it. */
const REST_MS = 250;

/** One connection to Redis, made anew whenever it breaks. Nothing that was asked is asked again. */
export class Line implements AsyncDisposable {
  readonly #options: LineOptions;
  #client: Client | undefined;
  #process: string | undefined;
  #reason = new RedisError('Redis was not reached yet');
  #again: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** Rejects with `StoreError` when Redis cannot be used. */
  async open(): Promise<void> {
    const client = await newClient(this.#options.url, CONNECTING_MS);
    const lost = (error: unknown): void => this.#lose(client, error);
    client.on('error', lost);
    try {
      await inTime(client, CONNECTING_MS, () => client.connect());
      const facts = await askFacts((command) => this.#send(client, command, CONNECTING_MS));
      requireFit(facts);
      this.#process = facts.process;
    } catch (error) {
      destroy(client);
      throw toRedisError(error);
    }
    if (this.#isClosed) return destroy(client);
    this.#client = client;
  }

  /** The process of Redis that answered last: after a restart, or on another machine, it is another one. */
  get process(): string | undefined {
    return this.#process;
  }

  /** Looks which it is now: it may have changed places while the connection stayed. */
  async look(): Promise<string> {
    const client = this.#client;
    try {
      const facts = await askFacts(this.ask);
      requireFit(facts);
      this.#process = facts.process;
      return facts.process;
    } catch (error) {
      if (client !== undefined) this.#lose(client, error);
      throw error;
    }
  }

  /** Whether it can be asked now. */
  get isOpen(): boolean {
    return this.#client !== undefined;
  }

  readonly ask: Ask = async (command) => {
    if (this.#client === undefined) throw this.#reason;
    return this.#send(this.#client, command);
  };

  /** Runs a script, which Redis may have forgotten. */
  async run({ sha, text }: Script, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    const given = [String(keys.length), ...keys, ...values];
    try {
      return await this.ask(['EVALSHA', sha, ...given]);
    } catch (error) {
      if (!isForgotten(error)) throw error;
      return this.ask(['EVAL', text, ...given]);
    }
  }

  /** What was answered is no answer to what was asked: those that are to come may be to other questions too, so nothing more is read here. */
  distrust(): RedisError {
    const reason = new RedisError(ASTRAY);
    if (this.#client !== undefined) this.#lose(this.#client, reason);
    return reason;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#again);
    if (this.#client !== undefined) destroy(this.#client);
    this.#client = undefined;
  }

  async #send(
    client: Client,
    command: readonly string[],
    patienceMs = this.#options.patienceMs ?? PATIENCE_MS,
  ): Promise<unknown> {
    let isOver = false;
    let isLate = false;
    const giveUp = (): void => {
      if (isOver) return;
      isLate = true;
      this.#lose(client, new RedisError(LATE));
    };
    // Where this process stood still, the answer may be here, and not be read yet.
    const timer = setTimeout(() => setImmediate(giveUp), patienceMs);
    try {
      return await client.sendCommand([...command]);
    } catch (error) {
      const reason = isLate ? new RedisError(LATE) : toRedisError(error);
      // Its address may lead to the one that it follows.
      if (isFollower(error)) this.#lose(client, reason);
      throw reason;
    } finally {
      isOver = true;
      clearTimeout(timer);
    }
  }

  /** Of what was under way nobody knows whether it was done. */
  #lose(client: Client, error: unknown): void {
    const wasUsed = this.#client === client;
    destroy(client);
    if (!wasUsed) return;
    this.#client = undefined;
    this.#reason = toRedisError(error);
    this.#options.warn(`the connection to Redis is made anew: ${this.#reason.message}`);
    this.#openLater();
  }

  #openLater(): void {
    if (this.#isClosed) return;
    this.#again = setTimeout(() => {
      this.open().catch((error: unknown) => {
        this.#reason = toRedisError(error);
        this.#openLater();
      });
    }, REST_MS).unref();
  }
}

/** Redis was restarted, or told to forget its scripts. */
function isForgotten(error: unknown): boolean {
  return (
    error instanceof RedisError && error.cause instanceof Error && error.cause.message.startsWith('NOSCRIPT')
  );
}
