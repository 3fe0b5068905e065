import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from './api.ts';

/** Milliseconds between looks: no agent waits for a proposal. */
const LOOK_MS = 30_000;
/** As many as one page of the API holds; an organisation has fewer. */
const COUNTED = 200;

/** How many proposals wait for a second person; undefined until it is known. */
export function useProposalsWaiting(): number | undefined {
  const { data } = useQuery({
    queryKey: ['proposals', 'waiting', 'count'],
    refetchInterval: LOOK_MS,
    queryFn: async () =>
      (await bodyOf(api.proposals.list({ query: { state: 'waiting', limit: COUNTED } }))).items.length,
  });
  return data;
}
