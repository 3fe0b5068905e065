import { FEED_ALIVE_MS } from '../../limits/index.ts';
import type { Pool } from './pool.ts';

/** Where replicas tell each other, within Postgres, that a table was written. */
export const CHANNEL = 'boomgate_news';

/** How replicas hear that something was written. */
export interface Feed {
  /** Resolves once it listens, to what ends it. `lost` is called once, when it listens no more and was not ended. */
  listen(told: () => void, lost: (error: Error) => void): Promise<() => void>;
  /** After a commit. Absent where the commit itself tells. */
  tell?(): void;
}

/** Postgres tells with each commit. `aliveMs` in place of `FEED_ALIVE_MS`, for tests. */
export function postgresFeed(pool: Pool, aliveMs = FEED_ALIVE_MS): Feed {
  return {
    async listen(told, lost) {
      const client = await pool.connect();
      const listen = () => client.query(`listen ${CHANNEL}`);
      let isOver = false;
      let asking: NodeJS.Timeout | undefined;
      const end = (cause: Error | true): void => {
        if (isOver) return;
        isOver = true;
        clearInterval(asking);
        client.release(cause);
        if (cause !== true) lost(cause);
      };
      client.on('error', end);
      client.on('notification', told);
      try {
        await listen();
      } catch (error) {
        end(true);
        throw error;
      }
      if (!isOver) asking = setInterval(() => void listen().catch(end), aliveMs).unref();
      return () => end(true);
    },
  };
}
