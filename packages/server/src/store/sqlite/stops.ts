import { type SqlRoom, stopped } from '../sql/index.ts';

/** Whether other organisations have their agents stopped than when it was last asked, also by another process. */
export function watchStops(room: SqlRoom): () => Promise<boolean> {
  const mayBeNews = room.watch(['organizations']);
  let seen: string | undefined;
  return async () => {
    if (!mayBeNews()) return false;
    const now = [...(await room.read(stopped))].sort().join();
    const isNews = now !== seen;
    seen = now;
    return isNews;
  };
}
