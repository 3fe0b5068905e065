import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { LiveMark } from '../../app/live-mark.tsx';
import { PlainLink } from '../../app/plain-link.tsx';
import type { LogSearch } from '../../app/search/index.ts';
import {
  Button,
  bareLinkClass,
  Empty,
  Loading,
  linkClass,
  Page,
  ProblemNote,
  ShortMoment,
  Untrusted,
  type VirtualColumn,
  type VirtualHandle,
  VirtualTable,
  visible,
} from '../../ui/index.ts';
import { OutcomeBadge } from '../../words/index.ts';
import { LogFilter } from './filter.tsx';
import { exportOf, queryOf } from './query.ts';
import { LISTED_MAX, type LogRow } from './rows.ts';
import { type Log, type LogEnd, useLog } from './use-log.ts';

export function LogPage() {
  const search = useSearch({ from: '/inside/log' });
  const navigate = useNavigate();
  const [isPaused, setPaused] = useState(false);
  const query = useMemo(() => queryOf(search), [search]);
  const log = useLog(query, { isPaused });
  const handle = useRef<VirtualHandle>(null);
  const look = (next: LogSearch) => void navigate({ to: '/log', search: next, replace: true });
  const showFresh = () => {
    log.showFresh();
    handle.current?.toTop();
  };
  const press = () => {
    setPaused(!isPaused);
    if (isPaused) showFresh();
  };
  return (
    <Page
      title="Log"
      lead="Every request of an agent and how it was decided. Argument values are not kept."
      actions={
        <>
          <Button aria-pressed={isPaused} onClick={press}>
            {isPaused ? 'Resume' : 'Pause'}
          </Button>
          <Exports query={query} />
        </>
      }
    >
      <LogFilter search={search} look={look} />
      <div className="flex min-h-8 flex-wrap items-center gap-3 text-sm">
        <LiveMark line={isPaused ? 'resting' : log.line} />
        <Fresh count={log.rows?.freshCount ?? 0} show={showFresh} />
      </div>
      <Found handle={handle} isFiltered={Object.keys(search).length > 0} log={log} />
    </Page>
  );
}

function Exports({ query }: { readonly query: ReturnType<typeof queryOf> }) {
  return (
    <span className="flex items-center gap-3 px-1 text-sm">
      {(['exportLines', 'exportTable'] as const).map((format) => (
        <a
          key={format}
          href={exportOf(query, format)}
          download
          title="Everything that matches, oldest first. The audit log records who exports."
          className={linkClass}
        >
          {format === 'exportLines' ? 'Export NDJSON' : 'Export CSV'}
        </a>
      ))}
    </span>
  );
}

function Fresh({ count, show }: { readonly count: number; readonly show: () => void }) {
  if (count === 0) return null;
  return (
    <Button kind="main" onClick={show}>
      {count.toLocaleString()} new {count === 1 ? 'call' : 'calls'}
    </Button>
  );
}

function Found({
  handle,
  isFiltered,
  log,
}: {
  readonly handle: React.RefObject<VirtualHandle | null>;
  readonly isFiltered: boolean;
  readonly log: Log;
}) {
  const { end, error, reread, rows } = log;
  if (rows === undefined)
    return error === null || error === undefined ? (
      <Loading what="the log" />
    ) : (
      <ProblemNote error={error} retry={reread} />
    );
  if (rows.count === 0 && end === 'beginning') return <Nothing isFiltered={isFiltered} />;
  return (
    <VirtualTable
      after={<End end={end} reread={reread} />}
      caption="Requests, newest first"
      columns={COLUMNS}
      handle={handle}
      of={{ count: rows.count, rowAt: (index) => rows.rowAt(index), keyOf: ({ cursor }) => cursor }}
      onView={log.onView}
      startAt={log.startAt}
    />
  );
}

function End({ end, reread }: { readonly end: LogEnd; readonly reread: () => void }) {
  if (typeof end === 'object')
    return (
      <div className="p-3">
        <ProblemNote error={end.error} retry={reread} />
      </div>
    );
  return <p className="px-3 py-3 text-soft text-sm">{ENDS[end]}</p>;
}

const ENDS = {
  more: 'Looking further back …',
  beginning: 'This is the beginning of the log.',
  too_long: `The list ends here, after ${LISTED_MAX.toLocaleString()} rows: choose an earlier time to see more.`,
} as const;

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="Nothing matches">Remove a filter, or broaden the search.</Empty>
  ) : (
    <Empty title="No agent has called yet">
      Mint a grant, give its address and token to an agent, and its first request appears here.
    </Empty>
  );
}

const COLUMNS: readonly VirtualColumn<LogRow>[] = [
  {
    name: 'When',
    width: '10rem',
    narrow: '9.5rem',
    cell: ({ at, id, what }) => (
      <PlainLink to={`/log/${encodeURIComponent(id)}`} className={bareLinkClass}>
        <ShortMoment at={at} />
        <span className="sr-only">, {visible(what)}</span>
      </PlainLink>
    ),
  },
  {
    name: 'Outcome',
    width: '7.5rem',
    narrow: '7.5rem',
    cell: ({ mode, outcome }) => (
      <>
        <OutcomeBadge outcome={outcome} />
        {mode === 'observe' ? (
          <span title="Only observed: it was let through">
            <span aria-hidden="true"> ◌</span>
            <span className="sr-only">, only observed</span>
          </span>
        ) : null}
      </>
    ),
  },
  {
    name: 'What',
    width: 'minmax(11rem,11fr)',
    narrow: 'minmax(9rem,1fr)',
    cell: ({ what }) => <Untrusted text={what} />,
  },
  { name: 'Grant', width: 'minmax(8rem,8fr)', cell: ({ grant }) => <Untrusted text={grant} /> },
  { name: 'Server', width: 'minmax(6rem,6fr)', cell: ({ server }) => server },
  {
    name: 'Rule',
    width: 'minmax(10rem,10fr)',
    isCutBefore: true,
    cell: ({ rule }) => <Untrusted text={rule} />,
  },
  {
    name: 'Took',
    width: '6.5rem',
    align: 'right',
    cell: ({ isUnderWay, tookMs }) =>
      tookMs === undefined ? (
        isUnderWay ? (
          <span className="text-soft">under way</span>
        ) : null
      ) : (
        `${Math.round(tookMs).toLocaleString()} ms`
      ),
  },
];
