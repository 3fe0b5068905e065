import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useNextPart } from '../../app/arrival.ts';
import { Loaded } from '../../app/loaded.tsx';
import { proposalQuery } from '../../app/reads.ts';
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
import { Changes, PolicyLink, ServerLink, StateBadge, Widens } from '../../words/index.ts';
import { Verdict } from './verdict.tsx';
import { WriteOn } from './write-on.tsx';

type Shown = AnswerOf<Endpoints['proposals']['show']>;

/** Milliseconds between looks: somebody else may decide meanwhile. */
const LOOK_MS = 5_000;

export function ProposalPage() {
  const { proposal } = useParams({ from: '/inside/proposals/$proposal' });
  const query = useQuery({
    ...proposalQuery(proposal),
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? LOOK_MS : false),
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
      title={data === undefined ? 'Proposal' : titleOf(data)}
      above={above}
      beside={data === undefined ? null : <StateBadge state={data.state} />}
    >
      <Loaded of={query} what="the proposal">
        {(of) => <Proposal of={of} />}
      </Loaded>
    </Page>
  );
}

function titleOf({ attach, base, policy }: Shown): string {
  if (attach !== undefined) return `${visible(policy)} for ${visible(attach.name)}`;
  return base === 0 ? `New policy ${visible(policy)}` : `Change of ${visible(policy)}`;
}

function Proposal({ of }: { readonly of: Shown }) {
  useNextPart(of.state);
  // An attachment that was decided says nothing of what decided the grant before: by now something else may.
  const isCompared = of.attach === undefined || of.state === 'waiting';
  return (
    <>
      <Card>
        <Facts of={factsOf(of)} />
      </Card>
      {isCompared ? (
        <Section title="Does it let more through?">
          <Card>
            <Widens of={of.change.widens} />
          </Card>
        </Section>
      ) : null}
      {of.state === 'waiting' ? <Verdict of={of} /> : null}
      {isCompared ? (
        <Section title="What differs">
          <Changes label="What differs" of={of.change.difference} />
        </Section>
      ) : null}
      <Section title="The document that is proposed" actions={<WriteOn of={of} />}>
        <CodeBlock name={`${of.policy}.json`} text={of.text} />
      </Section>
    </>
  );
}

function factsOf(of: Shown): readonly Fact[] {
  const { answer, author, decidedAt, decidedBy, isOwn, note, proposedAt } = of;
  return [
    ['Proposed by', isOwn ? 'you' : <Untrusted key="by" text={author.name} />],
    ['Proposed', <Ago key="at" at={proposedAt} />],
    ['Why', note === '' ? 'no note' : <Untrusted key="why" text={note} />],
    ...(of.attach === undefined ? changeFacts(of) : attachFacts(of, of.attach)),
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

function changeFacts({ base, from, policy, server }: Shown): readonly Fact[] {
  return [
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
  ];
}

/** No policy changes: one that is there would decide the calls of a grant. */
function attachFacts(
  { base, policy, replaces, state }: Shown,
  { grant, name, server }: NonNullable<Shown['attach']>,
): readonly Fact[] {
  return [
    [
      'Grant',
      <span key="grant">
        <Link to="/grants/$grant" params={{ grant }} className={linkClass}>
          <Untrusted text={name} />
        </Link>
        , its calls on <ServerLink slug={server} />
      </span>,
    ],
    [
      'Would be decided by',
      <span key="by">
        <PolicyLink name={policy} />, version {base}
      </span>,
    ],
    ...(state === 'waiting'
      ? ([
          [
            'Now decided by',
            replaces === undefined ? (
              'no policy: every call is refused'
            ) : (
              <PolicyLink key="now" name={replaces} />
            ),
          ],
        ] as const)
      : []),
  ];
}
