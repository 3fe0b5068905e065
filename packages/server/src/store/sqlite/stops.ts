import type { Organizations } from '../contract.ts';
import type { SqlRoom } from '../sql/index.ts';

/** Whether other organisations have their agents stopped than when it was last asked, also by another process. */
export function watchStops(
  room: SqlRoom,
  { stopped }: Pick<Organizations, 'stopped'>,
): () => Promise<boolean> {
  const mayBeNews = room.watch(['organizations']);
  let seen: string | undefined;
  return async () => {
    if (!mayBeNews()) return false;
    const now = [...(await stopped())].sort().join();
    const isNews = now !== seen;
    seen = now;
    return isNews;
  };
}
