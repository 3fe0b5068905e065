import type { Permission } from '@boomgate/contract';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Button, Icon, type IconName, Notices } from '../ui/index.ts';
import { api } from './api.ts';
import { KeyHelp, useKeys } from './keys.tsx';
import { end, useMay, useSession } from './session.ts';
import { ThemeSelect } from './theme-select.tsx';
import { useWaiting, useWaitingStream, WAITING_MAX } from './waiting.ts';

type Place = {
  readonly to: string;
  readonly name: string;
  readonly icon: IconName;
  /** The second key after `g`. */
  readonly key?: string;
  readonly needs?: Permission;
};

const PLACES = [
  { to: '/', name: 'Overview', icon: 'overview', key: 'o' },
  { to: '/servers', name: 'Servers', icon: 'servers', key: 's' },
  { to: '/policies', name: 'Policies', icon: 'policies', key: 'p' },
  { to: '/grants', name: 'Grants', icon: 'grants', key: 'r' },
  { to: '/approvals', name: 'Approvals', icon: 'approvals', key: 'a' },
  { to: '/log', name: 'Log', icon: 'log', key: 'l' },
  { to: '/people', name: 'People', icon: 'people', needs: 'manage_organization' },
  { to: '/settings', name: 'Settings', icon: 'settings' },
  { to: '/audit', name: 'Audit', icon: 'audit', needs: 'read_audit' },
] as const satisfies readonly Place[];

/** What stands around every page. */
export function Shell() {
  const [isOpen, setOpen] = useState(false);
  const keys = useKeys(PLACES);
  useWaitingStream();
  return (
    <div className="flex min-h-dvh flex-col md:flex-row">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-card focus:p-2">
        To the content
      </a>
      <header className="flex items-center justify-between border-line border-b bg-card px-4 py-2 md:hidden">
        <Name />
        <Button kind="quiet" aria-label="Menu" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name="menu" />
        </Button>
      </header>
      <aside
        className={`${isOpen ? 'flex' : 'hidden'} shrink-0 flex-col gap-4 border-line bg-card p-3 md:sticky md:top-0 md:flex md:h-dvh md:w-56 md:border-r`}
      >
        <div className="hidden px-2 pt-1 md:block">
          <Name />
        </div>
        <Navigation onLeave={() => setOpen(false)} />
        <Account />
      </aside>
      <main id="main" className="min-w-0 flex-1">
        <Outlet />
      </main>
      <KeyHelp {...keys} places={PLACES} />
      <Notices />
    </div>
  );
}

function Name() {
  return (
    <Link to="/" className="flex items-center gap-2 font-semibold text-lg">
      <img src="/favicon.svg" alt="" className="size-6" />
      Boomgate
    </Link>
  );
}

function Navigation({ onLeave }: { readonly onLeave: () => void }) {
  return (
    <nav aria-label="Main" className="flex-1 overflow-y-auto">
      <ul className="flex flex-col gap-0.5">
        {PLACES.map((place) => (
          <Entry key={place.to} place={place} onLeave={onLeave} />
        ))}
      </ul>
    </nav>
  );
}

function Entry({ onLeave, place }: { readonly place: Place; readonly onLeave: () => void }) {
  const may = useMay(place.needs ?? 'read');
  if (!may) return null;
  return (
    <li>
      <Link
        to={place.to}
        onClick={onLeave}
        activeOptions={{ exact: place.to === '/', includeSearch: false }}
        className="flex min-h-9 items-center gap-2.5 rounded-md px-2.5 text-soft hover:bg-sunken hover:text-ink data-[status=active]:bg-accent-soft data-[status=active]:font-medium data-[status=active]:text-accent-text"
      >
        <Icon name={place.icon} />
        {place.name}
        {place.to === '/approvals' ? <WaitingCount /> : null}
      </Link>
    </li>
  );
}

/** How many calls wait for a person, beside the way to them. */
function WaitingCount() {
  const count = useWaiting().approvals?.length ?? 0;
  if (count === 0) return null;
  return (
    <span className="ml-auto rounded-full bg-info-soft px-2 font-medium text-info text-sm tabular-nums">
      {count >= WAITING_MAX ? `${WAITING_MAX}+` : count}
      <span className="sr-only"> waiting</span>
    </span>
  );
}

function Account() {
  const { organization, person, role } = useSession();
  const navigate = useNavigate();
  const leave = async () => {
    await api.session.signOut();
    end();
    await navigate({ to: '/sign-in', search: { next: '/' } });
  };
  return (
    <div className="flex flex-col gap-2 border-line border-t px-2.5 pt-3">
      <div className="min-w-0 text-sm">
        <p className="truncate font-medium">{organization.name}</p>
        <p className="truncate text-soft" title={person.email}>
          {person.email}
        </p>
        <p className="text-soft">{role.replace('_', ' ')}</p>
      </div>
      <ThemeSelect />
      <Button onClick={() => void leave()}>Sign out</Button>
    </div>
  );
}
