import { type AnswerOf, API_PATH, addressOf, ENDPOINTS, type Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { markTitle, shared } from '../ui/index.ts';
import { api, bodyOf } from './api.ts';
import { queryClient } from './query.ts';
import { approvalQuery } from './reads.ts';
import type { Line, StreamEvent } from './stream.ts';
import { useStream } from './use-stream.ts';

export type Approval = AnswerOf<Endpoints['approvals']['list']>['items'][number];

/** Those that wait, newest first, and how their stream is. */
type Waiting = { readonly approvals: readonly Approval[] | undefined; readonly line: Line };

/** Milliseconds between looks while the stream is cut off: an agent waits. */
const LOOK_MS = 5_000;
/** As many as the API follows; there may be more. */
export const WAITING_MAX = 200;

/** As it is said: of as many as the API follows, there may be more. */
export function countOf(waiting: number): string {
  return waiting >= WAITING_MAX ? `${WAITING_MAX}+` : String(waiting);
}

const NOTHING_YET: Waiting = { approvals: undefined, line: 'connecting' };
const waiting = shared(NOTHING_YET);

/** The approvals that wait; everywhere in the dashboard from one stream. */
export const useWaiting = waiting.use;

function put(change: Partial<Waiting>): void {
  waiting.put({ ...waiting.now(), ...change });
}

/** The approvals after what a stream told. Those that do not wait any more leave. */
export function heard(
  before: readonly Approval[] | undefined,
  events: readonly StreamEvent[],
): readonly Approval[] | undefined {
  if (events.length === 0) return before;
  const still = new Map(before?.map((one) => [one.id, one]));
  let isKnown = before !== undefined;
  for (const { data, name } of events)
    if (name === 'waiting') {
      const { ids } = data as { readonly ids: readonly string[] }; // a cast: the contract says what this event holds
      for (const id of still.keys()) if (!ids.includes(id)) still.delete(id);
      isKnown = true;
    } else if (name === 'approval') {
      const approval = data as Approval; // a cast: as above
      if (approval.state === 'waiting') still.set(approval.id, approval);
      else still.delete(approval.id);
    }
  if (!isKnown) return before;
  return [...still.values()].sort((one, other) => (one.askedAt < other.askedAt ? 1 : -1));
}

const STREAM = API_PATH + addressOf(ENDPOINTS.approvals.stream, {});

/** What waits, as it is asked for while the stream is cut off. */
const CUT_OFF = ['approvals', 'waiting', 'cut off'];

/** Follows what waits for as long as somebody is signed in; once, around every page. */
export function useWaitingStream(): void {
  const line = useStream({
    address: STREAM,
    // The title of a tab in the background says how many wait.
    whenHidden: 'one_stays',
    onEvents: (events) => {
      put({ approvals: heard(waiting.now().approvals, events) });
      void forget(events);
    },
  });
  useEffect(() => put({ line }), [line]);
  useEffect(() => () => waiting.put(NOTHING_YET), []);
  const cutOff = useQuery({
    queryKey: CUT_OFF,
    enabled: line === 'cut_off',
    refetchInterval: LOOK_MS,
    gcTime: 0,
    queryFn: () => bodyOf(api.approvals.list({ query: { state: 'waiting', limit: WAITING_MAX } })),
  });
  const instead = line === 'cut_off' ? cutOff.data?.items : undefined;
  useEffect(() => {
    if (instead !== undefined) put({ approvals: instead });
  }, [instead]);
  useEffect(() => {
    // What was read during one interruption is out of date at the next.
    if (line !== 'cut_off') queryClient.removeQueries({ queryKey: CUT_OFF });
  }, [line]);
  const count = useWaiting().approvals?.length ?? 0;
  useEffect(() => markTitle(count === 0 ? '' : `(${countOf(count)}) `), [count]);
}

/** What was read of an approval before something happened to it is read again; the history when one has ended. */
async function forget(events: readonly StreamEvent[]): Promise<void> {
  const told = events.flatMap(({ data, name }) => (name === 'approval' ? [data as Approval] : [])); // a cast: as above
  for (const { id } of told) await queryClient.invalidateQueries({ queryKey: approvalQuery(id).queryKey });
  if (told.some(({ state }) => state !== 'waiting'))
    await queryClient.invalidateQueries({ queryKey: ['approvals', 'history'] });
}
