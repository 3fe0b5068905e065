import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Link } from '@tanstack/react-router';
import { api } from '../../app/api.ts';
import { useWaitingAndDecided } from '../../app/decided-pages.ts';
import { Listed } from '../../app/list.tsx';
import { Ago, type Column, Empty, linkClass, Page, Section, Table, Untrusted } from '../../ui/index.ts';
import { Became, WidensBadge } from '../../words/index.ts';

type Proposal = AnswerOf<Endpoints['proposals']['list']>['items'][number];

export function ProposalsPage() {
  const { decided, waiting } = useWaitingAndDecided('proposals', (query) => api.proposals.list({ query }));
  return (
    <Page
      title="Proposals"
      lead="Changes of policies, and of which one decides a grant, that a second person must accept before they take effect. The settings say which changes need this."
    >
      <Section title="Waiting">
        <Listed
          of={waiting}
          what="proposals"
          empty={
            <Empty title="Nothing is waiting">
              A save that needs a second person appears here, with what differs and whether it lets more
              through.
            </Empty>
          }
        >
          {(items) => <Proposals caption="Proposals that wait" items={items} />}
        </Listed>
      </Section>
      <Section title="Decided">
        <Listed of={decided} what="earlier proposals" empty={<p className="text-soft">None so far.</p>}>
          {(items) => <Proposals caption="Proposals that were decided" items={items} isOver />}
        </Listed>
      </Section>
    </Page>
  );
}

function Proposals({
  caption,
  isOver = false,
  items,
}: {
  readonly caption: string;
  readonly items: readonly Proposal[];
  readonly isOver?: boolean;
}) {
  return (
    <Table
      caption={caption}
      columns={isOver ? [POLICY, WIDENS, BY, NOTE, BECAME] : [POLICY, WIDENS, BY, NOTE, SINCE]}
      rows={items}
      keyOf={({ id }) => id}
    />
  );
}

const POLICY: Column<Proposal> = {
  name: 'Policy',
  cell: ({ attach, base, from, id, policy }) => (
    <span className="flex flex-col">
      <Link to="/proposals/$proposal" params={{ proposal: id }} className={linkClass}>
        <Untrusted text={policy} />
      </Link>
      <span className="text-soft text-xs">
        {attach !== undefined ? (
          <>
            for <Untrusted text={attach.name} /> on {attach.server}
          </>
        ) : base === 0 ? (
          'new'
        ) : from === undefined ? (
          `from version ${base}`
        ) : (
          `back to version ${from}`
        )}
      </span>
    </span>
  ),
};
const WIDENS: Column<Proposal> = {
  name: 'Lets more through',
  cell: ({ widens }) => <WidensBadge verdict={widens} />,
};
const BY: Column<Proposal> = {
  name: 'By',
  cell: ({ author, isOwn }) => (isOwn ? 'you' : <Untrusted text={author.name} />),
};
const NOTE: Column<Proposal> = {
  name: 'Why',
  isExtra: true,
  cell: ({ note }) => <Untrusted text={note} />,
};
const SINCE: Column<Proposal> = { name: 'Since', cell: ({ proposedAt }) => <Ago at={proposedAt} /> };
const BECAME: Column<Proposal> = { name: 'Became', cell: (one) => <Became of={one} /> };
