import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from './api.ts';

export type Waiting = AnswerOf<Endpoints['proposals']['list']>['items'][number];

/** Milliseconds between looks: no agent waits for a proposal. */
const LOOK_MS = 30_000;
/** As many as one page of the API holds; an organisation has fewer. */
const LISTED = 200;

/** The proposals that wait for a second person; undefined until they are known. */
export function useProposalsWaiting(): readonly Waiting[] | undefined {
  const { data } = useQuery({
    queryKey: ['proposals', 'waiting', 'all'],
    refetchInterval: LOOK_MS,
    queryFn: async () =>
      (await bodyOf(api.proposals.list({ query: { state: 'waiting', limit: LISTED } }))).items,
  });
  return data;
}
