import { hasPermission, type Permission } from '@boomgate/contract';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Button, Icon, type IconName, Notices, TITLE_ID } from '../ui/index.ts';
import { useAccessWaiting } from './access-waiting.ts';
import { Account } from './account.tsx';
import { KeyHelp, useKeys } from './keys.tsx';
import { useProposalsWaiting } from './proposals-waiting.ts';
import { RoleChanged } from './role-changed.tsx';
import { useSession } from './session.ts';
import { SessionEnded } from './session-ended.tsx';
import { countOf, useWaiting, useWaitingStream } from './waiting.ts';

type Place = {
  readonly to: string;
  readonly name: string;
  readonly icon: IconName;
  /** The second key after `g`. */
  readonly key?: string;
  readonly needs?: Permission;
  /** Where pages of it stand beside those below its own address. */
  readonly also?: readonly string[];
  /** Heads the group of places that begins here. */
  readonly group?: string;
};

const PLACES = [
  { to: '/', name: 'Overview', icon: 'overview', key: 'o' },
  { to: '/stack', name: 'Stack', icon: 'stack', key: 't' },
  {
    to: '/servers',
    name: 'Servers',
    icon: 'servers',
    key: 's',
    also: ['/new-server', '/start'],
    group: 'Control',
  },
  { to: '/policies', name: 'Policies', icon: 'policies', key: 'p', also: ['/new-policy'] },
  { to: '/proposals', name: 'Proposals', icon: 'proposals', key: 'w' },
  { to: '/grants', name: 'Grants', icon: 'grants', key: 'r', also: ['/access'] },
  { to: '/approvals', name: 'Approvals', icon: 'approvals', key: 'a', group: 'Watch' },
  { to: '/log', name: 'Log', icon: 'log', key: 'l' },
  { to: '/catalogue', name: 'Catalogue', icon: 'catalogue', key: 'c', group: 'Know' },
  { to: '/attacks', name: 'Attacks', icon: 'attacks', key: 'k', also: ['/catalogue/attacks'] },
  {
    to: '/people',
    name: 'People',
    icon: 'people',
    key: 'm',
    needs: 'manage_organization',
    group: 'Administer',
  },
  { to: '/settings', name: 'Settings', icon: 'settings', key: 'e' },
  { to: '/audit', name: 'Audit', icon: 'audit', key: 'u', needs: 'read_audit' },
] as const satisfies readonly Place[];

/** What stands around every page. */
export function Shell() {
  const [isOpen, setOpen] = useState(false);
  const groups = usePlaces();
  const keys = useKeys(PLACES);
  useEscape(isOpen, setOpen);
  const { organization } = useSession();
  return (
    <div className="flex min-h-dvh flex-col md:flex-row">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:rounded-md focus:bg-card focus:p-2"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-30 flex h-12 items-center justify-between border-line border-b bg-card px-4 md:hidden">
        <Name />
        <Button
          kind="quiet"
          aria-label="Menu"
          aria-expanded={isOpen}
          aria-controls="menu"
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name="menu" />
        </Button>
      </header>
      <aside
        id="menu"
        className={`${isOpen ? 'flex' : 'hidden'} fixed inset-x-0 top-12 bottom-0 z-30 shrink-0 flex-col gap-4 border-line bg-card p-3 md:sticky md:inset-auto md:top-0 md:z-auto md:flex md:h-dvh md:w-56 md:border-r`}
      >
        <div className="hidden px-2 pt-1 md:block">
          <Name />
        </div>
        <Navigation groups={groups} onLeave={() => setOpen(false)} />
        <Account />
      </aside>
      <main id="main" tabIndex={-1} aria-labelledby={TITLE_ID} className="min-w-0 flex-1 outline-none">
        <SessionEnded />
        <AgentsStopped />
        <RoleChanged />
        <Outlet />
      </main>
      <KeyHelp {...keys} places={groups.flatMap(({ places }) => places)} />
      <Notices />
      <WaitingStream key={organization.id} />
    </div>
  );
}

/** Of one organisation: in another one other calls wait. */
function WaitingStream() {
  useWaitingStream();
  return null;
}

/** On every page, as whoever looks for why calls are refused begins anywhere. */
function AgentsStopped() {
  const { organization, role } = useSession();
  // What tells of it is there before: who listens hears only of what comes into it.
  return (
    <div role="status">
      {organization.agentsStopped ? (
        <p className="border-line border-b bg-warn-soft px-6 py-2 text-warn">
          All agents are stopped: every request is refused.{' '}
          {hasPermission(role, 'manage_organization') ? (
            <Link to="/settings/organization" className="underline">
              Let them in again
            </Link>
          ) : null}
        </p>
      ) : null}
    </div>
  );
}

type Group = { readonly name: string; readonly places: readonly Place[] };

/** The places that one may see, in their groups. */
function usePlaces(): readonly Group[] {
  const { role } = useSession();
  const groups: { name: string; places: Place[] }[] = [];
  for (const place of PLACES as readonly Place[]) {
    if (groups.length === 0 || place.group !== undefined)
      groups.push({ name: place.group ?? '', places: [] });
    if (hasPermission(role, place.needs ?? 'read')) groups.at(-1)?.places.push(place);
  }
  return groups;
}

/** The menu of a narrow window closes as everything else does that is over the page. */
function useEscape(isOpen: boolean, setOpen: (isOpen: boolean) => void): void {
  useEffect(() => {
    if (!isOpen) return;
    const press = ({ key }: KeyboardEvent) => key === 'Escape' && setOpen(false);
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [isOpen, setOpen]);
}

function Name() {
  return (
    <Link to="/" className="flex min-w-0 items-center gap-2 font-semibold text-lg">
      <img src="/favicon.svg" alt="" className="size-6" />
      <span className="truncate">Boomgate</span>
    </Link>
  );
}

function Navigation({
  groups,
  onLeave,
}: {
  readonly groups: readonly Group[];
  readonly onLeave: () => void;
}) {
  return (
    <nav aria-label="Main" className="flex-1 overflow-y-auto">
      {groups.map(({ name, places }) => (
        <div key={name} className="mb-3">
          {name === '' ? null : <p className="px-2.5 pb-1 text-soft text-xs">{name}</p>}
          <ul {...(name === '' ? {} : { 'aria-label': name })} className="flex flex-col gap-0.5">
            {places.map((place) => (
              <Entry key={place.to} place={place} onLeave={onLeave} />
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function Entry({ onLeave, place }: { readonly place: Place; readonly onLeave: () => void }) {
  const isHere = useLocation({ select: ({ pathname }) => placeOf(pathname)?.to === place.to });
  const look = isHere
    ? 'bg-accent-soft font-medium text-accent-text'
    : 'text-soft hover:bg-sunken hover:text-ink';
  return (
    <li>
      <Link
        to={place.to}
        onClick={onLeave}
        activeOptions={{ exact: true }}
        {...(isHere ? { 'aria-current': 'page' } : {})}
        className={`flex min-h-8 items-center gap-2.5 rounded-md px-2.5 ${look}`}
      >
        <Icon name={place.icon} />
        {place.name}
        {place.to === '/proposals' ? <ProposalCount /> : null}
        {place.to === '/grants' ? <AccessCount /> : null}
        {place.to === '/approvals' ? <WaitingCount /> : null}
      </Link>
    </li>
  );
}

/** The place that a page belongs to: that of the longest address above it. */
function placeOf(path: string): Place | undefined {
  const above = (address: string) => path === address || path.startsWith(`${address}/`);
  return (PLACES as readonly Place[])
    .flatMap((place) => [place.to, ...(place.also ?? [])].map((at) => ({ place, at })))
    .filter(({ at }) => above(at))
    .toSorted((one, other) => other.at.length - one.at.length)[0]?.place;
}

/** How many proposals wait for a second person, beside the way to them. */
function ProposalCount() {
  return <Count of={useProposalsWaiting()?.length ?? 0} />;
}

/** How many requests for access wait for who decides about them. */
function AccessCount() {
  return <Count of={useAccessWaiting()} />;
}

/** How many calls wait for a person, beside the way to them. */
function WaitingCount() {
  return <Count of={useWaiting().approvals?.length ?? 0} />;
}

function Count({ of }: { readonly of: number }) {
  if (of === 0) return null;
  return (
    <span className="ml-auto rounded-full bg-info-soft px-2 font-medium text-info text-sm tabular-nums">
      {countOf(of)}
      <span className="sr-only"> waiting</span>
    </span>
  );
}
