import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Link } from '@tanstack/react-router';
import { api } from '../../app/api.ts';
import { Listed } from '../../app/list.tsx';
import { usePages } from '../../app/pages.ts';
import { Ago, Card, type Column, Empty, Page, Section, Table, Untrusted } from '../../ui/index.ts';
import { StateBadge } from '../../words/index.ts';

type Approval = AnswerOf<Endpoints['approvals']['list']>['items'][number];

/** Milliseconds between looks: an agent waits. */
const LOOK_MS = 1_000;

export function ApprovalsPage() {
  const waiting = usePages(
    ['approvals', 'waiting'],
    (page) => api.approvals.list({ query: { ...page, state: 'waiting' } }),
    { refetchMs: LOOK_MS },
  );
  const all = usePages(['approvals', 'all'], (page) => api.approvals.list({ query: page }));
  return (
    <Page
      title="Approvals"
      lead="Calls that a policy lets through only when a person says yes. The agent waits meanwhile."
    >
      <Section title="Waiting for a person">
        <Listed
          of={waiting}
          what="approvals"
          empty={<Empty title="Nothing waits">A call that a policy asks about appears here.</Empty>}
        >
          {(items) => (
            <ul className="grid gap-3 lg:grid-cols-2">
              {items.map((one) => (
                <li key={one.id}>
                  <Waiting of={one} />
                </li>
              ))}
            </ul>
          )}
        </Listed>
      </Section>
      <Section title="Earlier">
        <Listed of={all} what="earlier approvals" empty={<p className="text-soft">None yet.</p>}>
          {(items) => (
            <Table
              caption="Approvals, newest first"
              columns={COLUMNS}
              rows={items.filter(({ state }) => state !== 'waiting')}
              keyOf={({ id }) => id}
            />
          )}
        </Listed>
      </Section>
    </Page>
  );
}

function Waiting({ of }: { readonly of: Approval }) {
  return (
    <Card>
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h3 className="font-semibold text-lg">
            <Link
              to="/approvals/$approval"
              params={{ approval: of.id }}
              className="text-accent-text underline underline-offset-2"
            >
              <Untrusted text={of.tool} />
            </Link>
          </h3>
          <p className="text-soft">
            <Untrusted text={of.grant.name} /> on {of.server}
          </p>
        </div>
        <StateBadge state={of.state} />
      </div>
      <p className="mt-2">
        <Untrusted text={of.message} />
      </p>
      <p className="mt-2 text-soft text-sm">
        Asked <Ago at={of.askedAt} />, ends <Ago at={of.expiresAt} />.
        {of.terms.required > 1 ? ` ${of.votes.length} of ${of.terms.required} have approved.` : ''}
      </p>
    </Card>
  );
}

const COLUMNS: readonly Column<Approval>[] = [
  {
    name: 'Tool',
    cell: ({ id, tool }) => (
      <Link
        to="/approvals/$approval"
        params={{ approval: id }}
        className="text-accent-text underline underline-offset-2"
      >
        <Untrusted text={tool} />
      </Link>
    ),
  },
  { name: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  { name: 'Grant', cell: ({ grant }) => <Untrusted text={grant.name} /> },
  { name: 'Server', isExtra: true, cell: ({ server }) => server },
  { name: 'Asked', cell: ({ askedAt }) => <Ago at={askedAt} /> },
  { name: 'By', isExtra: true, cell: ({ votes }) => votes.map(({ by }) => by.email ?? by.id).join(', ') },
];
