import { Link } from '@tanstack/react-router';
import { useWaiting, WAITING_MAX } from '../../app/waiting.ts';
import { Card } from '../../ui/index.ts';
import type { Overview } from './attention.tsx';
import type { Counted } from './columns.ts';

/** The figures of the overview. Each leads to the rows that it counts. */
export function KeyFigures({
  counted,
  overview,
}: {
  readonly overview: Overview;
  readonly counted: Counted;
}) {
  const waiting = useWaiting().approvals?.length;
  const { all, since, totals, until } = counted;
  const { servers, tools } = overview;
  return (
    <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6">
      <Figure name="Requests" value={all} to="/log" search={{ since, until }} />
      <Figure name="Denied" value={totals.deny} to="/log" search={{ since, until, outcome: 'deny' }} />
      <Figure
        name="Approvals waiting"
        value={waiting}
        isMore={waiting !== undefined && waiting >= WAITING_MAX}
        to="/approvals"
        isAlarming
      />
      <Figure
        name="Servers failing"
        value={servers.failingCount}
        of={servers.all}
        to="/servers"
        search={{ show: 'failing' }}
        isAlarming
      />
      <Figure
        name="Tools held"
        value={tools.held}
        of={tools.all}
        to="/servers"
        search={{ show: 'held' }}
        isAlarming
      />
      <Figure name="Active grants" value={overview.activeGrants} to="/grants" search={{ state: 'active' }} />
    </ul>
  );
}

function Figure({
  isAlarming = false,
  isMore = false,
  name,
  of,
  search,
  to,
  value,
}: {
  readonly name: string;
  /** Undefined while it is not known. */
  readonly value: number | undefined;
  /** How many there are at all. */
  readonly of?: number;
  readonly isMore?: boolean;
  /** Anything but none is for somebody to do something about. */
  readonly isAlarming?: boolean;
  readonly to: '/log' | '/approvals' | '/servers' | '/grants';
  readonly search?: Readonly<Record<string, string>>;
}) {
  const isLoud = isAlarming && (value ?? 0) > 0;
  return (
    <li>
      <Link to={to} search={search ?? {}} className="block rounded-lg hover:opacity-90">
        <Card>
          <p className="text-soft text-sm">{name}</p>
          <p className={`font-semibold text-2xl tabular-nums ${isLoud ? 'text-bad' : ''}`}>
            {value === undefined ? '–' : `${value.toLocaleString()}${isMore ? '+' : ''}`}
            {of === undefined ? null : (
              <span className="font-normal text-base text-soft"> of {of.toLocaleString()}</span>
            )}
          </p>
        </Card>
      </Link>
    </li>
  );
}
