import type { Store } from '../contract.ts';
import type { SqlRoom } from '../sql/index.ts';

/** Whether other organisations have their agents stopped, or servers their restarts, than when it was last asked, also by another process. */
export function watchOthers(
  room: SqlRoom,
  { people, servers }: Pick<Store, 'people' | 'servers'>,
): () => Promise<boolean> {
  const mayBeNews = room.watch(['organizations', 'servers']);
  let seen: string | undefined;
  return async () => {
    if (!mayBeNews()) return false;
    const stopped = await people.organizations.stopped();
    const now = JSON.stringify([[...stopped].sort(), [...(await servers.restarts())].sort()]);
    const isNews = now !== seen;
    seen = now;
    return isNews;
  };
}
