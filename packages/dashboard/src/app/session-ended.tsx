import { useEffect } from 'react';
import { useEnded } from './ended.ts';
import { resume } from './session.ts';

/** The page stays when the session ends, with what is typed in it, and goes on once somebody has signed in beside it. */
export function SessionEnded() {
  const isEnded = useEnded();
  useEffect(() => {
    if (!isEnded) return;
    const look = () => void resume();
    window.addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [isEnded]);
  if (!isEnded) return null;
  return (
    <p role="alert" className="border-line border-b bg-warn-soft px-6 py-2 text-warn">
      Your session has ended. What you typed is still here:{' '}
      <a href="/sign-in?next=/" target="_blank" rel="noreferrer" className="underline">
        sign in again in a new tab
      </a>
      , then come back and continue.
    </p>
  );
}
