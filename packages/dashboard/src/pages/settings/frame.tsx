import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMay } from '../../app/session.ts';
import { Page } from '../../ui/index.ts';

const PARTS = [
  { to: '/settings', name: 'Yours', isForAll: true },
  { to: '/settings/organization', name: 'Organisation', isForAll: false },
  { to: '/settings/webhooks', name: 'Webhooks', isForAll: false },
  { to: '/settings/gateway', name: 'Gateway', isForAll: false },
] as const;

/** One part of the settings, and the way to the others. */
export function SettingsFrame({
  actions,
  children,
  lead,
  title,
}: {
  readonly title: string;
  readonly lead?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const mayOrganize = useMay('manage_organization');
  const parts = PARTS.filter(({ isForAll }) => isForAll || mayOrganize);
  return (
    <Page
      title={title}
      {...(lead === undefined ? {} : { lead })}
      actions={actions}
      above={parts.length === 1 ? null : <Parts of={parts} />}
    >
      {children}
    </Page>
  );
}

function Parts({ of }: { readonly of: readonly (typeof PARTS)[number][] }) {
  return (
    <nav aria-label="Settings" className="mb-3 border-line border-b">
      <ul className="flex flex-wrap gap-x-1">
        {of.map(({ name, to }) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ exact: to === '/settings' }}
              className="block whitespace-nowrap border-transparent border-b-2 px-3 py-2 text-soft hover:text-ink data-[status=active]:border-accent data-[status=active]:font-medium data-[status=active]:text-ink"
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
