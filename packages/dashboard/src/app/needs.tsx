import { hasPermission, type Permission, ROLES } from '@boomgate/contract';
import type { ComponentType, ReactNode } from 'react';
import { Empty, Page, spoken } from '../ui/index.ts';
import { useMay, useSession } from './session.ts';

/** A page for who has a permission: whoever comes by its address without it is told whom to ask, and nothing is asked of the gateway. */
export function needing(
  needs: { readonly permission: Permission; readonly title: string },
  Shown: ComponentType,
): ComponentType {
  return () => (
    <Needs {...needs}>
      <Shown />
    </Needs>
  );
}

function Needs({
  children,
  permission,
  title,
}: {
  readonly permission: Permission;
  readonly title: string;
  readonly children: ReactNode;
}) {
  const { role } = useSession();
  if (useMay(permission)) return children;
  const who = ROLES.filter((one) => hasPermission(one, permission)).map(spoken);
  return (
    <Page title={title}>
      <Empty title="Your role does not allow this">
        You are {spoken(role)} here; this page needs {who.join(' or ')}.
      </Empty>
    </Page>
  );
}
