import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ApiProblem } from '../../app/api.ts';
import { grantQuery } from '../../app/reads.ts';
import { useMay } from '../../app/session.ts';
import {
  Ago,
  Badge,
  Card,
  Code,
  DayAgo,
  Empty,
  type Fact,
  Facts,
  Loading,
  linkClass,
  Moment,
  Page,
  ProblemNote,
  Untrusted,
} from '../../ui/index.ts';
import { StateBadge } from '../../words/index.ts';
import { Calls } from './calls.tsx';
import { ChangeGrant } from './change.tsx';
import type { Grant } from './grant-type.ts';
import { Opened } from './opened.tsx';
import { Reveal } from './reveal.tsx';
import { Rotate } from './rotate.tsx';
import { SignedIn } from './signed-in.tsx';
import { StateButtons } from './states.tsx';

export function GrantPage() {
  const { grant } = useParams({ from: '/inside/grants/$grant' });
  const query = useQuery(grantQuery(grant));
  const isGone = query.error instanceof ApiProblem && query.error.problem.code === 'not_found';
  if (query.isLoadingError || isGone)
    return (
      <Page title="Grant">
        {isGone ? <Gone id={grant} /> : <ProblemNote error={query.error} retry={query.refetch} />}
      </Page>
    );
  if (query.data === undefined)
    return (
      <Page title="Grant">
        <Loading what="the grant" />
      </Page>
    );
  return <Shown of={query.data} />;
}

function Gone({ id }: { readonly id: string }) {
  return (
    <Empty
      title="There is no such grant"
      action={
        <Link to="/log" search={{ grant: id }} className={linkClass}>
          Its calls that are still in the log
        </Link>
      }
    >
      One that was revoked or has expired is deleted after a while, as one that the configuration file does
      not declare any more.
    </Empty>
  );
}

function Shown({ of }: { readonly of: Grant }) {
  const mayManage = useMay('manage_grants');
  const isOurs = of.origin === 'minted' && of.state !== 'revoked';
  return (
    <Page
      title={of.name}
      lead={
        of.origin === 'file'
          ? 'The configuration file declares this grant: change it there.'
          : 'What an agent presents, and what it may do with it.'
      }
      actions={
        mayManage && isOurs ? (
          <>
            <ChangeGrant of={of} />
            <Rotate of={of} />
            <Reveal of={of} />
            <StateButtons of={of} />
          </>
        ) : null
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-2">
        <Card>
          <Facts of={factsOf(of)} />
        </Card>
        <Opened of={of} />
      </div>
      <SignedIn of={of} mayEnd={mayManage} />
      <Calls of={of} />
    </Page>
  );
}

/** Programs that need no token: which subjects, of which issuer, with which claims. */
function Workloads({ of }: { readonly of: NonNullable<Grant['workloads']> }) {
  return (
    <ul className="flex flex-col gap-1">
      {of.map(({ claims, issuer, subject }) => (
        <li key={JSON.stringify([issuer, subject, claims])}>
          <Code>{subject}</Code> <span className="text-soft">by {issuer}</span>
          {Object.entries(claims).map(([name, text]) => (
            <span key={name} className="text-soft">
              , with <Code>{`${name}: ${text}`}</Code>
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}

function Networks({ of }: { readonly of: NonNullable<Grant['networks']> }) {
  return (
    <ul className="flex flex-wrap gap-1.5">
      {of.map((network) => (
        <li key={network}>
          <Code>{network}</Code>
        </li>
      ))}
    </ul>
  );
}

function factsOf(of: Grant): readonly Fact[] {
  const { expiresAt, labels, mode, origin, overlapEndsAt, owner, ownerMaySignIn } = of;
  return [
    ['State', <StateBadge key="s" state={of.state} />],
    [
      'Mode',
      mode === 'observe' ? (
        <span key="m">
          <Badge tone="warn">observe</Badge> records what would be decided, and lets everything through
        </span>
      ) : (
        'enforce'
      ),
    ],
    ['Owner', owner === undefined ? 'nobody' : <Untrusted key="o" text={owner} />],
    ...(origin === 'file'
      ? []
      : [['Signs agents in', ownerMaySignIn ? 'its owner, or an admin' : 'admins only'] as const]),
    ...(of.networks === undefined ? [] : [['Used from', <Networks key="n" of={of.networks} />] as const]),
    ...(of.workloads === undefined ? [] : [['Workloads', <Workloads key="w" of={of.workloads} />] as const]),
    ['Minted', <Moment key="c" at={of.createdAt} />],
    [
      'Last request',
      of.lastRequestAt === undefined ? 'none known' : <DayAgo key="r" at={of.lastRequestAt} />,
    ],
    [
      'Ends',
      expiresAt === undefined ? (
        'never'
      ) : (
        <span key="e">
          <Ago at={expiresAt} /> (<Moment at={expiresAt} />)
        </span>
      ),
    ],
    ...(overlapEndsAt === undefined
      ? []
      : [
          [
            'Old token works',
            <span key="v">
              {'until '}
              <Moment at={overlapEndsAt} />
            </span>,
          ] as const,
        ]),
    ['Token', whereToken(of)],
    ['Labels', <Labels key="l" labels={labels} />],
    ['Id', <Code key="i">{of.id}</Code>],
  ];
}

function whereToken({ isTokenKept, origin, workloads }: Grant): string {
  if (workloads !== undefined) return 'in the configuration file, if it has one: workloads need none';
  if (origin === 'file') return 'in the configuration file, or where that refers to';
  return isTokenKept ? 'kept sealed: an admin can show it' : 'not kept: rotate for a new one';
}

function Labels({ labels }: { readonly labels: Grant['labels'] }) {
  const all = Object.entries(labels);
  if (all.length === 0) return <span className="text-soft">none</span>;
  return (
    <ul className="flex flex-wrap gap-1.5">
      {all.map(([name, value]) => (
        <li key={name}>
          <Code>{`${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`}</Code>
        </li>
      ))}
    </ul>
  );
}
