import { type AnswerOf, type Endpoints, hasPermission, type Permission } from '@boomgate/contract';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { ApiProblem, api, bodyOf, rememberCsrf } from './api.ts';
import { queryClient } from './query.ts';

export type Session = AnswerOf<Endpoints['session']['read']>;

/** Null for who is not signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async (): Promise<Session | null> => {
    try {
      const session = await bodyOf(api.session.read());
      rememberCsrf(session.csrf);
      return session;
    } catch (error) {
      if (error instanceof ApiProblem && error.problem.status === 401) return null;
      throw error;
    }
  },
});

/** Who is signed in; only for pages that nobody sees otherwise. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (data === undefined || data === null) throw new Error('expected somebody who is signed in');
  return data;
}

export function useMay(permission: Permission): boolean {
  return hasPermission(useSession().role, permission);
}

/** Everything that was read belongs to whoever was signed in before. */
export function begin(session: Session): void {
  queryClient.clear();
  rememberCsrf(session.csrf);
  queryClient.setQueryData(sessionQuery.queryKey, session);
}

export function end(): void {
  rememberCsrf(undefined);
  queryClient.clear();
  queryClient.setQueryData(sessionQuery.queryKey, null);
}
