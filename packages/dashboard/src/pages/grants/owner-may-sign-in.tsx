import type { InputHTMLAttributes } from 'react';
import { CheckField } from '../../ui/index.ts';

/** Who may let an agent that signs in by itself work with a grant. */
export function OwnerMaySignInField(box: InputHTMLAttributes<HTMLInputElement>) {
  return (
    <CheckField
      label="Its owner may sign agents in with it"
      hint="For agents that sign in by themselves. Otherwise only admins may."
      {...box}
    />
  );
}
