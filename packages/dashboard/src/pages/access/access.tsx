import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Link, useSearch } from '@tanstack/react-router';
import { api } from '../../app/api.ts';
import { useWaitingAndDecided } from '../../app/decided-pages.ts';
import { Listed } from '../../app/list.tsx';
import { useMay } from '../../app/session.ts';
import {
  Ago,
  Card,
  type Column,
  Crumbs,
  Empty,
  linkClass,
  Page,
  Section,
  Table,
  Untrusted,
} from '../../ui/index.ts';
import { Became } from '../../words/index.ts';
import { AskForAccess } from './ask.tsx';

type Asked = AnswerOf<Endpoints['accessRequests']['list']>['items'][number];

/** Who decides sees what all members ask for; everybody else what they asked for, and asks here. */
export function AccessPage() {
  const mayDecide = useMay('manage_grants');
  const { server } = useSearch({ from: '/inside/access' });
  const { decided, waiting } = useWaitingAndDecided('access', (query) => api.accessRequests.list({ query }));
  return (
    <Page
      title="Access requests"
      lead="A member asks for a grant of a server; an admin mints it under a policy. It is theirs: they let their agents in with it."
      above={
        <Crumbs
          of={[
            <Link key="up" to="/grants" className={linkClass}>
              Grants
            </Link>,
          ]}
        />
      }
    >
      {mayDecide ? null : (
        <Section title="Ask for access">
          <Card>
            <AskForAccess key={server} first={server} />
          </Card>
        </Section>
      )}
      <Section title="Waiting">
        <Listed
          of={waiting}
          what="requests"
          empty={
            <Empty title="Nothing waits">
              {mayDecide ? 'What members ask for' : 'What you ask for'} appears here until it is decided.
            </Empty>
          }
        >
          {(items) => (
            <Requests caption="Requests that wait" items={items} columns={[SERVER, BY, WHY, SINCE]} />
          )}
        </Listed>
      </Section>
      <Section title="Decided">
        <Listed of={decided} what="earlier requests" empty={<p className="text-soft">None so far.</p>}>
          {(items) => (
            <Requests
              caption="Requests that were decided"
              items={items}
              columns={[SERVER, BY, WHY, BECAME]}
            />
          )}
        </Listed>
      </Section>
    </Page>
  );
}

function Requests({
  caption,
  columns,
  items,
}: {
  readonly caption: string;
  readonly columns: readonly Column<Asked>[];
  readonly items: readonly Asked[];
}) {
  return <Table caption={caption} columns={columns} rows={items} keyOf={({ id }) => id} />;
}

const SERVER: Column<Asked> = {
  name: 'Server',
  cell: ({ id, server }) => (
    <Link to="/access/$request" params={{ request: id }} className={linkClass}>
      <Untrusted text={server} />
    </Link>
  ),
};
const BY: Column<Asked> = {
  name: 'By',
  cell: ({ by, isOwn }) => (isOwn ? 'you' : <Untrusted text={by} />),
};
const WHY: Column<Asked> = { name: 'Why', isExtra: true, cell: ({ note }) => <Untrusted text={note} /> };
const SINCE: Column<Asked> = { name: 'Since', cell: ({ askedAt }) => <Ago at={askedAt} /> };
const BECAME: Column<Asked> = { name: 'Became', cell: (one) => <Became of={one} /> };
