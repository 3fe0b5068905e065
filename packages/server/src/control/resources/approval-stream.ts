import type { Approval } from '../../approvals/index.ts';
import { STREAM_APPROVALS } from '../../limits/index.ts';
import type { Approvals } from '../../store/index.ts';
import type { StreamedEvent } from '../frame/index.ts';

/**
 * Follows the newest approvals of an organisation that wait: each as it is, once at the beginning and whenever it changed, for the
 * last time when it does not wait any more. Who comes again begins anew, so that nothing is missed; the first event names all that
 * wait, so that they know which of those that they had do not any more. So does a later one when newer ones take the place of some that
 * wait: those are not followed any more, and come again when there is room for them.
 */
export function followApprovals(
  store: Pick<Approvals, 'get' | 'list' | 'watch'>,
  organization: string,
  show: (approval: Approval) => unknown,
): () => Promise<readonly StreamedEvent[]> {
  const hasNews = store.watch();
  const told = new Map<string, string>();
  let isFirst = true;
  return async () => {
    if (!hasNews() && !isFirst) return [];
    const waiting = await store.list({ organization, states: ['waiting'], limit: STREAM_APPROVALS });
    const now = new Map(waiting.map((one) => [one.id, one]));
    const gone = [...told.keys()].filter((id) => !now.has(id));
    const left = (await Promise.all(gone.map((id) => store.get(id)))).filter((one) => one !== undefined);
    const over = left.filter(({ state }) => state !== 'waiting');
    const isNamed = isFirst || over.length < left.length;
    const events: StreamedEvent[] = isNamed ? [{ name: 'waiting', data: { ids: [...now.keys()] } }] : [];
    isFirst = false;
    for (const approval of [...over, ...waiting.toReversed()]) {
      const data = show(approval);
      const text = JSON.stringify(data);
      if (told.get(approval.id) !== text) events.push({ name: 'approval', data });
      told.set(approval.id, text);
    }
    for (const id of told.keys()) if (!now.has(id)) told.delete(id);
    return events;
  };
}
