import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, bodyOf } from '../../app/api.ts';
import { Ago, Card, Empty, Loading, Page, ProblemNote, Section, Table, Untrusted } from '../../ui/index.ts';
import { OutcomeBadge } from '../../words/index.ts';
import { Resume } from '../start/resume.tsx';

/** Milliseconds between looks. */
const LOOK_MS = 5_000;

export function OverviewPage() {
  const servers = useQuery({
    queryKey: ['servers', 'all'],
    refetchInterval: LOOK_MS,
    queryFn: () => bodyOf(api.servers.list({ query: { limit: 200 } })),
  });
  const waiting = useQuery({
    queryKey: ['approvals', 'waiting', 'count'],
    refetchInterval: LOOK_MS,
    queryFn: () => bodyOf(api.approvals.list({ query: { state: 'waiting', limit: 200 } })),
  });
  if (servers.isError) return <ProblemNote error={servers.error} retry={servers.refetch} />;
  if (servers.data === undefined) return <Loading what="the overview" />;
  const all = servers.data.items;
  const tools = all.flatMap((one) => one.tools);
  const risky = tools.filter(({ severity }) => severity === 'Critical' || severity === 'High');
  return (
    <Page title="Overview">
      {all.length === 0 ? <Resume /> : null}
      <ul className="grid grid-cols-2 gap-3 lg:grid-cols-5">
        <Figure name="Servers" value={all.length} to={<Link to="/servers">See them</Link>} />
        <Figure
          name="Failing servers"
          value={all.filter(({ state }) => state === 'failing' || state === 'stopped').length}
          to={<Link to="/servers">See them</Link>}
        />
        <Figure
          name="Tools of High and Critical"
          value={risky.length}
          to={<Link to="/servers">See them</Link>}
        />
        <Figure
          name="Held tools"
          value={tools.filter(({ state }) => state === 'held').length}
          to={<Link to="/servers">Look at them</Link>}
        />
        <Figure
          name="Approvals waiting"
          value={waiting.data?.items.length}
          to={<Link to="/approvals">Decide</Link>}
        />
      </ul>
      <Latest />
    </Page>
  );
}

function Latest() {
  const latest = useQuery({
    queryKey: ['decisions', 'latest'],
    refetchInterval: LOOK_MS,
    queryFn: () => bodyOf(api.decisions.list({ query: { limit: 10 } })),
  });
  return (
    <Section
      title="Latest requests"
      actions={
        <Link to="/log" className="text-accent-text underline underline-offset-2">
          The whole log
        </Link>
      }
    >
      {latest.data === undefined || latest.data.items.length === 0 ? (
        <Empty title="No agent has called yet">
          Mint a grant, give its address and token to an agent, and its first request appears here.
        </Empty>
      ) : (
        <Table
          caption="The latest requests"
          rows={latest.data.items}
          keyOf={({ id }) => id}
          columns={[
            { name: 'When', cell: ({ at }) => <Ago at={at} /> },
            { name: 'Outcome', cell: ({ outcome }) => <OutcomeBadge outcome={outcome} /> },
            {
              name: 'What',
              cell: ({ id, method, target }) => (
                <Link
                  to="/log/$decision"
                  params={{ decision: id }}
                  className="text-accent-text underline-offset-2 hover:underline"
                >
                  <Untrusted text={target === '' ? method : target} />
                </Link>
              ),
            },
            { name: 'Grant', cell: ({ grant }) => <Untrusted text={grant.name} /> },
            { name: 'Rule', isExtra: true, cell: ({ rule }) => <Untrusted text={rule} /> },
          ]}
        />
      )}
    </Section>
  );
}

function Figure({
  name,
  to,
  value,
}: {
  readonly name: string;
  readonly value: number | undefined;
  readonly to: ReactNode;
}) {
  return (
    <li>
      <Card>
        <p className="text-soft text-sm">{name}</p>
        <p className="font-semibold text-2xl tabular-nums">{value ?? '–'}</p>
        <p className="text-accent-text text-sm underline underline-offset-2">{to}</p>
      </Card>
    </li>
  );
}
