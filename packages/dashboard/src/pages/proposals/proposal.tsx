import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, bodyOf } from '../../app/api.ts';
import { useNextPart } from '../../app/arrival.ts';
import { Loaded } from '../../app/loaded.tsx';
import {
  Ago,
  Card,
  CodeBlock,
  Crumbs,
  type Fact,
  Facts,
  linkClass,
  Page,
  Section,
  Untrusted,
  visible,
} from '../../ui/index.ts';
import { Changes, PolicyLink, StateBadge, Widens } from '../../words/index.ts';
import { Verdict } from './verdict.tsx';

type Shown = AnswerOf<Endpoints['proposals']['show']>;

/** Milliseconds between looks: somebody else may decide meanwhile. */
const LOOK_MS = 5_000;

export function ProposalPage() {
  const { proposal } = useParams({ from: '/inside/proposals/$proposal' });
  const query = useQuery({
    queryKey: ['proposals', 'one', proposal],
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? LOOK_MS : false),
    queryFn: () => bodyOf(api.proposals.show({ params: { proposal } })),
  });
  const { data } = query;
  const above = (
    <Crumbs
      of={[
        <Link key="up" to="/proposals" className={linkClass}>
          Proposals
        </Link>,
      ]}
    />
  );
  return (
    <Page
      title={data === undefined ? 'Proposal' : `Change of ${visible(data.policy)}`}
      above={above}
      beside={data === undefined ? null : <StateBadge state={data.state} />}
    >
      <Loaded of={query} what="the proposal">
        {(of) => <Proposal of={of} />}
      </Loaded>
    </Page>
  );
}

function Proposal({ of }: { readonly of: Shown }) {
  useNextPart(of.state);
  return (
    <>
      <Card>
        <Facts of={factsOf(of)} />
      </Card>
      <Section title="Does it let more through?">
        <Card>
          <Widens of={of.change.widens} />
        </Card>
      </Section>
      {of.state === 'waiting' ? <Verdict of={of} /> : null}
      <Section title="What differs">
        <Changes label="What differs" of={of.change.difference} />
      </Section>
      <Section title="The document that is proposed">
        <CodeBlock name={`${of.policy}.json`} text={of.text} />
      </Section>
    </>
  );
}

function factsOf(of: Shown): readonly Fact[] {
  const { answer, author, base, decidedAt, decidedBy, from, isOwn, note, policy, proposedAt, server } = of;
  return [
    ['Proposed by', isOwn ? 'you' : <Untrusted key="by" text={author.name} />],
    ['Proposed', <Ago key="at" at={proposedAt} />],
    ['Why', note === '' ? 'no note' : <Untrusted key="why" text={note} />],
    [
      'Policy',
      base === 0 ? (
        'a new one'
      ) : (
        <span key="policy">
          <PolicyLink name={policy} />, made from version {base}
          {from === undefined ? '' : `, back to version ${from}`}
        </span>
      ),
    ],
    ['For', server ?? 'any server'],
    ...(decidedAt === undefined
      ? []
      : ([
          [
            'Decided',
            <span key="decided">
              <Ago at={decidedAt} /> by <Untrusted text={decidedBy?.name ?? 'somebody'} />
              {answer === undefined || answer === '' ? null : (
                <>
                  : <Untrusted text={answer} />
                </>
              )}
            </span>,
          ],
        ] as const)),
  ];
}
