import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { spoken } from '../ui/index.ts';
import { useSession } from './session.ts';
import { isAnythingUnsaved } from './unsaved.tsx';

/** Says until the page is left that somebody has given who looks at it another role. */
export function RoleChanged() {
  const { organization, role } = useSession();
  const path = useLocation({ select: ({ pathname }) => pathname });
  const [since, setSince] = useState({ id: organization.id, path, role });
  const isElsewhere = since.path !== path || since.id !== organization.id;
  if (isElsewhere) setSince({ id: organization.id, path, role });
  // What tells of it is there before: who listens hears only of what comes into it.
  return (
    <div role="status">
      {isElsewhere || since.role === role ? null : (
        <p className="border-line border-b bg-warn-soft px-6 py-2 text-warn">
          You are {spoken(role)} here now, and were {spoken(since.role)} before.
          {isAnythingUnsaved()
            ? ' What you typed is still here. If you may not save it any more, copy it before you leave the page.'
            : ''}
        </p>
      )}
    </div>
  );
}
