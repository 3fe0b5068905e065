import { type AnswerOf, type Endpoints, hasPermission, type Permission } from '@boomgate/contract';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { ApiProblem, api, bodyOf, rememberCsrf, whenForbidden } from './api.ts';
import { noteEnded } from './ended.ts';
import { queryClient } from './query.ts';
import { isAnythingUnsaved } from './unsaved.tsx';

type Session = AnswerOf<Endpoints['session']['read']>;

const SESSION = ['session'];

/** Read for nobody: the page where one signs in may be there already when a session ends, and would hear no more of it. */
export const PROVIDERS = ['providers'];

/** Null for who is not signed in; who was before it ended is kept, as is the page that is about them. */
export const sessionQuery = queryOptions({
  queryKey: SESSION,
  staleTime: 60_000,
  queryFn: async (): Promise<Session | null> => {
    try {
      const session = await bodyOf(api.session.read());
      rememberCsrf(session.csrf);
      return session;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.problem.status !== 401) throw error;
      return queryClient.getQueryData<Session | null>(SESSION) ?? null;
    }
  },
});

/** Who is signed in; only for pages that nobody sees otherwise. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (data === undefined || data === null) throw new Error('expected somebody who is signed in');
  return data;
}

/** A role that is taken away while something stands unsaved leaves the page as it is: with the form the text would be gone. */
export function useMay(permission: Permission): boolean {
  const may = hasPermission(useSession().role, permission);
  const shown = useRef(may);
  if (may || !isAnythingUnsaved()) shown.current = may;
  return shown.current;
}

whenForbidden(() => void queryClient.invalidateQueries({ queryKey: SESSION }));

/** Everything that was read belongs to whoever was signed in before. */
export function begin(session: Session): void {
  // Not the session itself, or what is on the page would hear no more of it: the cache tells nobody that it is cleared.
  queryClient.removeQueries({ predicate: ({ queryKey: [what] }) => what !== SESSION[0] });
  queryClient.getMutationCache().clear();
  noteEnded(false);
  rememberCsrf(session.csrf);
  queryClient.setQueryData(sessionQuery.queryKey, session);
}

/** Takes up a session that began meanwhile in another tab; without one everything stays as it is. */
export async function resume(): Promise<void> {
  try {
    const session = await bodyOf(api.session.read());
    const before = queryClient.getQueryData<Session | null>(SESSION);
    const isSame =
      before?.person.id === session.person.id && before.organization.id === session.organization.id;
    if (!isSame) return begin(session);
    noteEnded(false);
    rememberCsrf(session.csrf);
    queryClient.setQueryData(SESSION, session);
    await queryClient.invalidateQueries();
  } catch {
    // Nobody has signed in, or nothing answers: the next look tells.
  }
}

export function end(): void {
  noteEnded(false);
  rememberCsrf(undefined);
  queryClient.removeQueries({ predicate: ({ queryKey: [what] }) => what !== PROVIDERS[0] });
  queryClient.getMutationCache().clear();
  queryClient.setQueryData(sessionQuery.queryKey, null);
}
