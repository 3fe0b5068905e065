import { useNavigate } from '@tanstack/react-router';
import { Button, InlineProblem, spoken } from '../ui/index.ts';
import { useAct } from './act.ts';
import { ApiProblem, api, bodyOf } from './api.ts';
import { OrganizationSelect } from './organization-select.tsx';
import { end, useSession } from './session.ts';
import { ThemeSelect } from './theme-select.tsx';
import { useMayLose } from './unsaved.tsx';

/** Who is signed in, and the way out. */
export function Account() {
  const { person, role } = useSession();
  const navigate = useNavigate();
  const act = useAct();
  const { mayLose, question } = useMayLose({ title: 'Sign out without saving?', leave: 'Sign out' });
  const leave = async () => {
    if (!(await mayLose())) return;
    // Whoever believes to be signed out leaves the machine to others.
    if (!(await act.done(signOut))) return;
    // In this order: what stands around the pages is about somebody.
    await navigate({ to: '/sign-in', search: { next: '/' }, ignoreBlocker: true });
    end();
  };
  return (
    <div className="flex flex-col gap-2 border-line border-t px-2.5 pt-3">
      <div className="min-w-0 text-sm">
        <OrganizationSelect />
        <p className="truncate text-soft" title={person.email}>
          {person.email}
        </p>
        <p className="text-soft">{spoken(role)}</p>
      </div>
      <ThemeSelect />
      <Button isBusy={act.isBusy} onClick={() => void leave()}>
        Sign out
      </Button>
      <InlineProblem text={act.problem} />
      {question}
    </div>
  );
}

/** A session that has ended already is what was wanted. */
async function signOut(): Promise<void> {
  try {
    await bodyOf(api.session.signOut());
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.problem.code !== 'unauthenticated') throw error;
  }
}
