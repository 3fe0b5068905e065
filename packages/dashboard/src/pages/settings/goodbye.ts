import { useNavigate } from '@tanstack/react-router';
import { end } from '../../app/session.ts';

/** What follows once the session of this page has ended: its person may sign in again. */
export function useGoodbye(): () => Promise<void> {
  const navigate = useNavigate();
  return async () => {
    await navigate({ to: '/sign-in', search: { next: '/' } });
    end();
  };
}
