import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from './api.ts';
import { useMay } from './session.ts';

/** Milliseconds between looks: who asks for access waits longer than this for a person. */
const LOOK_MS = 30_000;
/** As many as one page of the API holds; an organisation has no more. */
const LISTED = 200;

/** How many requests for access wait for who decides about them; nobody else is told. */
export function useAccessWaiting(): number {
  const mayDecide = useMay('manage_grants');
  const { data = 0 } = useQuery({
    queryKey: ['access', 'waiting', 'count'],
    refetchInterval: LOOK_MS,
    enabled: mayDecide,
    queryFn: async () =>
      (await bodyOf(api.accessRequests.list({ query: { state: 'waiting', limit: LISTED } }))).items.length,
  });
  return mayDecide ? data : 0;
}
