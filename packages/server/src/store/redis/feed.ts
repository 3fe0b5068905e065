import { FEED_ALIVE_MS } from '../../limits/index.ts';
import { type Client, destroy, inTime, newClient } from './client.ts';
import { toRedisError } from './errors.ts';
import type { Line } from './line.ts';

/** Milliseconds until a connection listens. */
const PATIENCE_MS = 400;

type FeedOptions = {
  readonly url: string;
  /** Of the database whose replicas these are. */
  readonly database: string;
  /** What is told goes through it. */
  readonly line: Line;
  /** In place of `FEED_ALIVE_MS`, for tests. */
  readonly aliveMs?: number;
};

/** Where replicas tell each other that something changed, never what. */
export class RedisFeed {
  readonly #options: FeedOptions;
  readonly #channel: string;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#channel = `boomgate:${options.database}:news`;
  }

  /** Resolves once it listens, to what ends it. `lost` is called once, when it listens no more. */
  async listen(told: () => void, lost: (error: Error) => void): Promise<() => void> {
    const client: Client = await newClient(this.#options.url, PATIENCE_MS);
    let isOver = false;
    let asking: NodeJS.Timeout | undefined;
    const end = (): void => {
      isOver = true;
      clearInterval(asking);
      destroy(client);
    };
    const lose = (error: unknown): void => {
      if (isOver) return;
      end();
      lost(toRedisError(error));
    };
    client.on('error', lose);
    try {
      await inTime(client, PATIENCE_MS, async () => {
        await client.connect();
        await client.subscribe(this.#channel, told);
      });
    } catch (error) {
      end();
      throw toRedisError(error);
    }
    const ask = () => void inTime(client, PATIENCE_MS, () => client.ping()).catch(lose);
    if (!isOver) asking = setInterval(ask, this.#options.aliveMs ?? FEED_ALIVE_MS).unref();
    return end;
  }

  /** Who does not hear it looks a little later. */
  tell(): void {
    void this.#options.line.ask(['PUBLISH', this.#channel, '']).catch(() => undefined);
  }
}
