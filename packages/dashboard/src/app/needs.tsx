import { hasPermission, type Permission, ROLES, type Role } from '@boomgate/contract';
import type { ComponentType, ReactNode } from 'react';
import { Empty, Page } from '../ui/index.ts';
import { useSession } from './session.ts';

const spoken = (role: Role): string => role.replaceAll('_', ' ');

/** A page for who has a permission; whoever comes by its address without it is told whom to ask, before anything is filled in. */
export function Needs({
  children,
  permission,
  title,
}: {
  readonly permission: Permission;
  readonly title: string;
  readonly children: ReactNode;
}) {
  const { role } = useSession();
  if (hasPermission(role, permission)) return children;
  const who = ROLES.filter((one) => hasPermission(one, permission)).map(spoken);
  return (
    <Page title={title}>
      <Empty title="Your role does not allow this">
        You are {spoken(role)} here; this page needs {who.join(' or ')}.
      </Empty>
    </Page>
  );
}

/** The same for a page that asks the gateway as soon as it is shown: nothing is asked for who may not. */
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
