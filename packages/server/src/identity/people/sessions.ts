import type { PersonSession } from '../../store/index.ts';
import { mintSecret } from '../token.ts';
import type { PeopleContext } from './context.ts';

/** A session with its token, which only the person's browser keeps. */
export type StartedSession = { readonly session: PersonSession; readonly token: string };

/** Always a new one, whatever the browser held before. */
export async function beginSession(
  { people }: PeopleContext,
  who: Pick<PersonSession, 'person' | 'organization' | 'provider' | 'device'>,
): Promise<StartedSession> {
  const { hash, token } = mintSecret('bgs_');
  const session = await people.personSessions.begin({ hash, ...who });
  return { session, token };
}

/** What must come with every change of this session: a page of another origin cannot know it. */
export function csrfOf({ csrfHash }: PeopleContext, session: PersonSession): string {
  return csrfHash(session.hash);
}
