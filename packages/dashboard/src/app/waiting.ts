import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from './api.ts';

/** Milliseconds between looks at what waits for a person. */
const LOOK_MS = 15_000;
/** As many as one page of the API holds; more are told as "and more". */
const COUNTED = 200;

/** How many proposals, and calls, wait for somebody. Undefined until it is known. */
export function useWaiting(): Readonly<Record<'proposals' | 'approvals', number | undefined>> {
  const query = { state: 'waiting', limit: COUNTED } as const;
  const proposals = useQuery({
    queryKey: ['proposals', 'waiting', 'count'],
    refetchInterval: LOOK_MS,
    queryFn: async () => (await bodyOf(api.proposals.list({ query }))).items.length,
  });
  const approvals = useQuery({
    queryKey: ['approvals', 'waiting', 'shell'],
    refetchInterval: LOOK_MS,
    queryFn: async () => (await bodyOf(api.approvals.list({ query }))).items.length,
  });
  return { proposals: proposals.data, approvals: approvals.data };
}
