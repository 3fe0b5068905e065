import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, bodyOf } from '../../app/api.ts';
import { decisionStream } from '../../app/decision-stream.ts';
import { LiveMark } from '../../app/live-mark.tsx';
import type { StreamEvent } from '../../app/stream.ts';
import { useStream } from '../../app/use-stream.ts';
import { Ago, Code, linkClass, Section, Table } from '../../ui/index.ts';
import { OutcomeBadge, RequestLink } from '../../words/index.ts';
import type { Grant } from './grant-type.ts';
import { UsageBars } from './usage.tsx';

type Decision = AnswerOf<Endpoints['decisions']['show']>;

/** Calls that are shown; the log has the rest. */
const SHOWN_CALLS = 10;

/** What a grant did lately, as it happens, and what that used of its limits. */
export function Calls({ of }: { readonly of: Grant }) {
  const query = { grant: of.id };
  const first = useQuery({
    queryKey: ['grants', 'calls', of.id],
    queryFn: () => bodyOf(api.decisions.list({ query: { ...query, limit: SHOWN_CALLS } })),
    ...{ staleTime: Number.POSITIVE_INFINITY, gcTime: 0, refetchOnWindowFocus: false },
  });
  const [told, setTold] = useState<readonly Decision[]>([]);
  // A grant has its own; a list that was read anew holds what was told before.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the new list that ends them
  useEffect(() => setTold([]), [first.data]);
  const line = useStream({
    address: first.data === undefined ? undefined : decisionStream(query),
    behind: first.data,
    onEvents: (events) => setTold((before) => [...decisionsOf(events), ...before].slice(0, SHOWN_CALLS)),
  });
  const calls = [...told, ...(first.data?.items ?? [])].slice(0, SHOWN_CALLS);
  return (
    <>
      <UsageBars grant={of.id} after={calls[0]?.cursor ?? 0} />
      <Section
        title="Recent calls"
        actions={
          <span className="flex items-center gap-3 text-sm">
            <LiveMark line={line} />
            <Link to="/log" search={{ grant: of.id }} className={linkClass}>
              All of its calls
            </Link>
          </span>
        }
      >
        {calls.length === 0 ? (
          <p className="text-soft">No calls yet. The first appears here by itself.</p>
        ) : (
          <Table
            caption="Calls of the grant, newest first"
            columns={COLUMNS}
            rows={calls}
            keyOf={({ id }) => id}
          />
        )}
      </Section>
    </>
  );
}

/** Newest first. */
function decisionsOf(events: readonly StreamEvent[]): readonly Decision[] {
  // A cast: the contract says what this event holds.
  return events.flatMap(({ data, name }) => (name === 'decision' ? [data as Decision] : [])).toReversed();
}

const COLUMNS = [
  { name: 'When', cell: ({ at }: Decision) => <Ago at={at} /> },
  { name: 'Outcome', cell: ({ outcome }: Decision) => <OutcomeBadge outcome={outcome} /> },
  {
    name: 'What',
    cell: (one: Decision) => <RequestLink of={one} />,
  },
  { name: 'Server', isExtra: true, cell: ({ server }: Decision) => server },
  { name: 'Rule', isExtra: true, cell: ({ rule }: Decision) => (rule === '' ? '' : <Code>{rule}</Code>) },
] as const;
