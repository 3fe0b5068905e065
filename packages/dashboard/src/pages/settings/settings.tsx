import { useMay } from '../../app/session.ts';
import { SettingsFrame } from './frame.tsx';
import { Letters } from './letters.tsx';
import { Passkeys } from './passkeys.tsx';
import { PasswordSettings } from './password.tsx';
import { SecondFactor } from './second-factor.tsx';
import { Sessions } from './sessions.tsx';

export function SettingsPage() {
  const mayDecide = useMay('decide_approvals');
  return (
    <SettingsFrame title="Settings" lead="How you sign in, and what you are told of.">
      <PasswordSettings />
      <SecondFactor />
      <Passkeys />
      {mayDecide ? <Letters /> : null}
      <Sessions />
    </SettingsFrame>
  );
}
