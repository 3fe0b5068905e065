import { useMay } from '../../app/session.ts';
import { Page } from '../../ui/index.ts';
import { OrganizationSettings } from './organization.tsx';
import { Passkeys } from './passkeys.tsx';
import { PasswordSettings } from './password.tsx';
import { SecondFactor } from './second-factor.tsx';

export function SettingsPage() {
  const mayOrganize = useMay('manage_organization');
  return (
    <Page title="Settings">
      {mayOrganize ? <OrganizationSettings /> : null}
      <PasswordSettings />
      <SecondFactor />
      <Passkeys />
    </Page>
  );
}
