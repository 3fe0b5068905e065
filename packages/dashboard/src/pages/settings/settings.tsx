import { useMay } from '../../app/session.ts';
import { SettingsFrame } from './frame.tsx';
import { Leave } from './leave.tsx';
import { Letters } from './letters.tsx';
import { NameSettings } from './name.tsx';
import { Passkeys } from './passkeys.tsx';
import { PasswordSettings } from './password.tsx';
import { SecondFactor } from './second-factor.tsx';
import { Sessions } from './sessions.tsx';

export function SettingsPage() {
  const mayDecide = [useMay('decide_approvals'), useMay('write_policies')].includes(true);
  return (
    <SettingsFrame title="Settings" lead="Who you are here, how you sign in, and what you are told of.">
      <NameSettings />
      <PasswordSettings />
      <SecondFactor />
      <Passkeys />
      {mayDecide ? <Letters /> : null}
      <Sessions />
      <Leave />
    </SettingsFrame>
  );
}
